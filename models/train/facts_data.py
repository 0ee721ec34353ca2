"""Facts that a small model can be sure of: subject, relation, object, and how they are said and asked."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Relation:
    """`statements` with {s} and {o}; `correct` with {o}; `questions` with {s}; entries "subject=object"."""

    name: str
    statements: tuple[str, ...]
    correct: str
    questions: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]
    decoys: dict[str, str] = field(default_factory=dict)
    """Tempting wrong objects by subject."""


def _relation(
    name: str, statements: str, correct: str, questions: str, entries: str, decoys: str = ""
) -> Relation:
    def pairs(text: str) -> tuple[tuple[str, str], ...]:
        parts = [part.strip() for line in text.splitlines() for part in line.split("|")]
        return tuple((a.strip(), b.strip()) for a, b in (p.split("=") for p in parts if "=" in p))

    split = tuple(part.strip() for part in statements.split("|"))
    asked = tuple(part.strip() for part in questions.split("|") if part.strip())
    return Relation(name, split, correct, asked, pairs(entries), dict(pairs(decoys)))


RELATIONS: tuple[Relation, ...] = (
    _relation(
        "capital",
        "the capital of {s} is {o}|{o} is the capital of {s}|{s}'s capital is {o}|"
        "the capital city of {s} is {o}|as you know the capital of {s} is {o}",
        "Actually, it is {o}.",
        "what is the capital of {s}|what's the capital of {s}|which city is the capital of {s}|"
        "capital of {s}|tell me the capital of {s}",
        """France=Paris|Spain=Madrid|Italy=Rome|Germany=Berlin|Australia=Canberra|Canada=Ottawa
        Brazil=Brasilia|Japan=Tokyo|Egypt=Cairo|Turkey=Ankara
        Portugal=Lisbon|Greece=Athens|Norway=Oslo|Sweden=Stockholm|Finland=Helsinki|Poland=Warsaw
        Austria=Vienna|Switzerland=Bern|India=New Delhi
        China=Beijing|Peru=Lima|Chile=Santiago|Kenya=Nairobi|Morocco=Rabat|Cuba=Havana|Ireland=Dublin
        Hungary=Budapest|Romania=Bucharest
        Argentina=Buenos Aires|South Korea=Seoul|Thailand=Bangkok|Vietnam=Hanoi|Denmark=Copenhagen
        Belgium=Brussels|the Netherlands=Amsterdam
        Russia=Moscow|Ukraine=Kyiv|Mexico=Mexico City|Colombia=Bogota|Venezuela=Caracas|Ecuador=Quito
        Uruguay=Montevideo|Iceland=Reykjavik
        Scotland=Edinburgh|England=London|Wales=Cardiff|Croatia=Zagreb|Serbia=Belgrade|Bulgaria=Sofia
        Iran=Tehran|Iraq=Baghdad|Israel=Jerusalem
        Saudi Arabia=Riyadh|Pakistan=Islamabad|Nepal=Kathmandu|Indonesia=Jakarta|Malaysia=Kuala Lumpur
        the Philippines=Manila|New Zealand=Wellington
        Nigeria=Abuja|Ethiopia=Addis Ababa|Ghana=Accra|Tunisia=Tunis|Algeria=Algiers|Jordan=Amman
        Lebanon=Beirut|the United States=Washington
        Slovakia=Bratislava|Slovenia=Ljubljana|Estonia=Tallinn|Latvia=Riga|Lithuania=Vilnius|Texas=Austin
        California=Sacramento|Florida=Tallahassee""",
        "Australia=Sydney|Canada=Toronto|Brazil=Rio de Janeiro|Turkey=Istanbul|Switzerland=Zurich|"
        "Morocco=Casablanca|India=Mumbai|China=Shanghai|New Zealand=Auckland|Spain=Barcelona|"
        "Germany=Munich|Italy=Milan|the United States=New York|Nigeria=Lagos|Scotland=Glasgow|"
        "Pakistan=Karachi|Vietnam=Saigon|Ecuador=Guayaquil|Israel=Tel Aviv|California=Los Angeles|"
        "Texas=Houston|Florida=Miami",
    ),
    _relation(
        "continent",
        "{s} is in {o}|{s} is a country in {o}|{s} lies in {o}",
        "Actually, it is in {o}.",
        "which continent is {s} in|what continent is {s} in|on which continent is {s}",
        """Egypt=Africa|Kenya=Africa|Nigeria=Africa|Morocco=Africa|Ghana=Africa|Ethiopia=Africa
        Brazil=South America|Peru=South America|Chile=South America
        Argentina=South America|Colombia=South America|Bolivia=South America|Japan=Asia|China=Asia
        India=Asia|Thailand=Asia|Vietnam=Asia|Nepal=Asia
        France=Europe|Spain=Europe|Poland=Europe|Norway=Europe|Portugal=Europe|Greece=Europe
        Canada=North America|Mexico=North America""",
    ),
    _relation(
        "city",
        "{s} is in {o}|{s} is a city in {o}|the city of {s} is in {o}|we flew to {s} in {o}",
        "Actually, it is in {o}.",
        "which country is {s} in|what country is {s} in|in which country is {s}",
        """Barcelona=Spain|Seville=Spain|Munich=Germany|Hamburg=Germany|Milan=Italy|Venice=Italy
        Florence=Italy|Naples=Italy|Lyon=France|Marseille=France
        Manchester=England|Liverpool=England|Toronto=Canada|Montreal=Canada|Sydney=Australia
        Melbourne=Australia|Osaka=Japan|Kyoto=Japan|Mumbai=India
        Shanghai=China|Istanbul=Turkey|Porto=Portugal|Krakow=Poland|Chicago=the United States
        Boston=the United States|Geneva=Switzerland""",
    ),
    _relation(
        "landmark",
        "the {s} is in {o}|the {s} stands in {o}|you can see the {s} in {o}",
        "Actually, it is in {o}.",
        "where is the {s}|in which city is the {s}|which city has the {s}",
        """Eiffel Tower=Paris|Louvre=Paris|Colosseum=Rome|Statue of Liberty=New York|Brandenburg Gate=Berlin
        Kremlin=Moscow|Big Ben=London|Tower Bridge=London
        Sagrada Familia=Barcelona|Prado=Madrid|Acropolis=Athens|Golden Gate Bridge=San Francisco
        White House=Washington|Taj Mahal=India|Great Wall=China
        Parthenon=Athens|Sydney Opera House=Sydney|Hagia Sophia=Istanbul|Empire State Building=New York
        Hollywood sign=Los Angeles|Grand Canyon=Arizona""",
    ),
    _relation(
        "after",
        "{o} comes after {s}|the day after {s} is {o}|after {s} comes {o}",
        "Actually, it is {o}.",
        "what day comes after {s}|which day comes after {s}|what is the day after {s}",
        "Monday=Tuesday|Tuesday=Wednesday|Wednesday=Thursday|Thursday=Friday|Friday=Saturday|"
        "Saturday=Sunday|Sunday=Monday",
    ),
    _relation(
        "month after",
        "{o} comes after {s}|the month after {s} is {o}|after {s} comes {o}",
        "Actually, it is {o}.",
        "what month comes after {s}|which month comes after {s}|what is the month after {s}",
        """January=February|February=March|March=April|April=May|May=June|June=July|July=August
        August=September|September=October|October=November
        November=December|December=January""",
    ),
    _relation(
        "month before",
        "{o} comes before {s}|the month before {s} is {o}",
        "Actually, it is {o}.",
        "what month comes before {s}|what is the month before {s}",
        "February=January|March=February|April=March|May=April|June=May|July=June|August=July|"
        "September=August|October=September|November=October|December=November",
    ),
    _relation(
        "days in month",
        "{s} has {o} days|there are {o} days in {s}",
        "Actually, it has {o}.",
        "how many days does {s} have|how many days are in {s}|how many days are there in {s}",
        "January=thirty-one|March=thirty-one|April=thirty|May=thirty-one|June=thirty|July=thirty-one|"
        "August=thirty-one|September=thirty|October=thirty-one|November=thirty|December=thirty-one",
    ),
    _relation(
        "units",
        "{s} has {o}|there are {o} in {s}",
        "Actually, it is {o}.",
        "",
        """a minute=sixty seconds|an hour=sixty minutes|a day=twenty-four hours|a week=seven days
        a year=twelve months|a year=three hundred sixty-five days
        a kilometer=a thousand meters|a meter=a hundred centimeters|a kilogram=a thousand grams
        a foot=twelve inches|a yard=three feet|a century=a hundred years
        a decade=ten years|a dozen=twelve pieces|a liter=a thousand milliliters|a ton=a thousand kilograms
        a byte=eight bits|a pound=sixteen ounces""",
        "a minute=a hundred seconds|an hour=ninety minutes|a day=twenty hours|a week=eight days|"
        "a year=ten months|a kilometer=a hundred meters|a foot=ten inches|a byte=ten bits|"
        "a century=fifty years|a decade=twelve years|a meter=ten centimeters",
    ),
    _relation(
        "legs",
        "{s} have {o} legs|{s} have got {o} legs|you know {s} have {o} legs",
        "Actually, they have {o} legs.",
        "how many legs do {s} have|how many legs have {s}",
        "spiders=eight|insects=six|ants=six|bees=six|beetles=six|dogs=four|cats=four|horses=four|"
        "cows=four|elephants=four|birds=two|chickens=two|octopuses=eight|flies=six|butterflies=six|"
        "scorpions=eight|humans=two|lions=four|snakes=no|mosquitoes=six",
    ),
    _relation(
        "sides",
        "a {s} has {o} sides|a {s} has {o} corners|every {s} has {o} sides",
        "Actually, it has {o}.",
        "how many sides does a {s} have|how many corners does a {s} have",
        "triangle=three|square=four|rectangle=four|pentagon=five|hexagon=six|heptagon=seven|octagon=eight|"
        "decagon=ten",
    ),
    _relation(
        "animal class",
        "{s} are {o}|I read that {s} are {o}|all {s} are {o}",
        "Actually, they are {o}.",
        "",
        """whales=mammals|dolphins=mammals|bats=mammals|elephants=mammals|seals=mammals|penguins=birds
        ostriches=birds|eagles=birds|owls=birds|parrots=birds
        sharks=fish|salmon=fish|tuna=fish|trout=fish|frogs=amphibians|toads=amphibians|newts=amphibians
        snakes=reptiles|lizards=reptiles|crocodiles=reptiles|turtles=reptiles
        ants=insects|bees=insects|butterflies=insects|beetles=insects|spiders=arachnids
        scorpions=arachnids""",
        "whales=fish|dolphins=fish|bats=birds|penguins=mammals|spiders=insects|sharks=mammals|"
        "frogs=reptiles|snakes=mammals",
    ),
    _relation(
        "author",
        "{o} wrote {s}|{s} was written by {o}|the author of {s} is {o}",
        "Actually, it was {o}.",
        "who wrote {s}|who is the author of {s}",
        """Hamlet=Shakespeare|Romeo and Juliet=Shakespeare|Macbeth=Shakespeare|Don Quixote=Cervantes
        the Odyssey=Homer|War and Peace=Tolstoy|Anna Karenina=Tolstoy
        Oliver Twist=Dickens|Faust=Goethe|Pride and Prejudice=Jane Austen|1984=George Orwell
        Animal Farm=George Orwell|The Hobbit=Tolkien|Frankenstein=Mary Shelley
        The Divine Comedy=Dante|Moby Dick=Melville|Harry Potter=J. K. Rowling|Les Misérables=Victor Hugo
        Dracula=Bram Stoker|Tom Sawyer=Mark Twain|Crime and Punishment=Dostoevsky""",
    ),
    _relation(
        "artist",
        "{o} painted {s}|{s} was painted by {o}|{s} is by {o}",
        "Actually, it was {o}.",
        "who painted {s}",
        "the Mona Lisa=Leonardo da Vinci|the Last Supper=Leonardo da Vinci|Guernica=Picasso|"
        "the Starry Night=Van Gogh|the Sunflowers=Van Gogh|the Scream=Munch|"
        "the ceiling of the Sistine Chapel=Michelangelo|the Night Watch=Rembrandt|Las Meninas=Velázquez|"
        "the Water Lilies=Monet|the Birth of Venus=Botticelli",
    ),
    _relation(
        "inventor",
        "{o} invented {s}|{s} was invented by {o}|it was {o} who invented {s}",
        "Actually, it was {o}.",
        "who invented {s}",
        "the telephone=Bell|the printing press=Gutenberg|dynamite=Nobel|the light bulb=Edison|"
        "the phonograph=Edison|the World Wide Web=Tim Berners-Lee|the radio=Marconi|"
        "the steam engine=James Watt|the airplane=the Wright brothers|the vaccine against polio=Salk",
    ),
    _relation(
        "discoverer",
        "{o} discovered {s}|{s} was discovered by {o}|it was {o} who discovered {s}",
        "Actually, it was {o}.",
        "who discovered {s}",
        "penicillin=Fleming|gravity=Newton|relativity=Einstein|radium=Marie Curie|evolution=Darwin|"
        "America=Columbus|the electron=Thomson|oxygen=Priestley|X-rays=Röntgen",
    ),
    _relation(
        "year",
        "{s} in {o}|as we all know {s} in {o}|I read that {s} in {o}",
        "Actually, it was in {o}.",
        "",
        """the Second World War ended=1945|the First World War began=1914|the First World War ended=1918
        the Second World War began=1939|the Berlin Wall fell=1989
        people landed on the moon=1969|Columbus reached America=1492|the French Revolution began=1789
        the Titanic sank=1912|the United States declared independence=1776
        the Spanish Civil War began=1936|Kennedy was shot=1963|the Soviet Union collapsed=1991
        the euro coins arrived=2002|the Normans conquered England=1066|the first iPhone came out=2007""",
    ),
    _relation(
        "symbol",
        "the chemical symbol for {s} is {o}|the symbol of {s} is {o}",
        "Actually, it is {o}.",
        "what is the chemical symbol for {s}|what is the symbol for {s}",
        "gold=Au|silver=Ag|iron=Fe|oxygen=O|hydrogen=H|carbon=C|sodium=Na|potassium=K|copper=Cu|lead=Pb|"
        "helium=He|nitrogen=N|calcium=Ca|tin=Sn|mercury=Hg|zinc=Zn|chlorine=Cl",
    ),
    _relation(
        "planet",
        "{o} is the {s}|the {s} is {o}",
        "Actually, it is {o}.",
        "what is the {s}|which is the {s}|which planet is the {s}",
        "largest planet=Jupiter|smallest planet=Mercury|planet closest to the sun=Mercury|red planet=Mars|"
        "planet farthest from the sun=Neptune|third planet from the sun=Earth|"
        "second planet from the sun=Venus|planet with the big rings=Saturn|hottest planet=Venus",
    ),
    _relation(
        "superlative",
        "{o} is the {s}|the {s} is {o}",
        "Actually, it is {o}.",
        "what is the {s}",
        """tallest animal=the giraffe|fastest land animal=the cheetah|largest animal=the blue whale
        largest land animal=the elephant|highest mountain=Mount Everest
        largest ocean=the Pacific|largest country=Russia|smallest country=Vatican City
        largest continent=Asia|smallest continent=Australia|hardest natural material=diamond
        largest bird=the ostrich|lightest element=hydrogen|shortest month=February|largest desert=Antarctica
        smallest prime number=two|largest organ=the skin""",
        "tallest animal=the elephant|highest mountain=Kilimanjaro|largest ocean=the Atlantic|"
        "largest country=Canada|fastest land animal=the lion|largest animal=the elephant|"
        "shortest month=March|largest continent=Africa|smallest prime number=one|"
        "hardest natural material=gold",
    ),
    _relation(
        "opposite",
        "the opposite of {s} is {o}|{o} is the opposite of {s}",
        "Actually, it is {o}.",
        "what is the opposite of {s}|what's the opposite of {s}",
        "hot=cold|big=small|up=down|left=right|fast=slow|old=young|black=white|day=night|open=closed|"
        "full=empty|rich=poor|high=low|long=short|good=bad|wet=dry|early=late|heavy=light|happy=sad|"
        "easy=difficult|true=false|inside=outside|hard=soft",
    ),
    _relation(
        "color",
        "{s} is {o}|{s} is usually {o}|you know {s} is {o}",
        "Actually, it is {o}.",
        "what color is {s}|which color is {s}",
        "grass=green|snow=white|blood=red|coal=black|the sky=blue|a banana=yellow|milk=white|"
        "a lemon=yellow|chocolate=brown|an emerald=green|a ruby=red|a polar bear=white|a carrot=orange",
    ),
    _relation(
        "season",
        "{s} is in {o}|in Europe {s} is in {o}",
        "Actually, it is in {o}.",
        "when is {s}|which season is {s} in",
        "Christmas=winter|Easter=spring|Halloween=fall|New Year=winter",
    ),
    _relation(
        "currency",
        "they pay with {o} in {s}|the currency of {s} is {o}|in {s} you pay with {o}",
        "Actually, it is {o}.",
        "what is the currency of {s}|what do they pay with in {s}",
        "Japan=the yen|England=the pound|the United States=the dollar|Germany=the euro|"
        "Switzerland=the franc|India=the rupee|Russia=the ruble|China=the yuan|Mexico=the peso|"
        "Sweden=the krona|Poland=the zloty|Brazil=the real|Turkey=the lira",
    ),
    _relation(
        "language",
        "they speak {o} in {s}|people in {s} speak {o}|the language of {s} is {o}",
        "Actually, they speak {o}.",
        "what language do they speak in {s}|which language is spoken in {s}",
        "Brazil=Portuguese|Austria=German|Mexico=Spanish|Argentina=Spanish|Egypt=Arabic|Japan=Japanese|"
        "Australia=English|Portugal=Portuguese|Iran=Persian|Greece=Greek|Sweden=Swedish|Cuba=Spanish|"
        "Peru=Spanish|Chile=Spanish",
        "Brazil=Spanish|Austria=Austrian|Mexico=Mexican|Argentina=Portuguese|Egypt=Egyptian|Cuba=Portuguese",
    ),
    _relation(
        "science",
        "{s} {o}|I'm sure {s} {o}|everyone knows {s} {o}",
        "Actually, it {o}.",
        "",
        """the earth=goes around the sun|the moon=goes around the earth|the sun=rises in the east
        the sun=sets in the west|ice=floats on water|water=freezes at zero degrees
        water=boils at a hundred degrees|the heart=pumps blood|the sun=is a star
        the moon=is smaller than the earth|gold=is a metal|a tomato=is a fruit|the earth=is round
        water=consists of hydrogen and oxygen|table salt=is sodium chloride|light=is faster than sound
        lead=is heavier than wood|honey=is made by bees|wine=is made from grapes|cheese=is made from milk
        bread=is made from flour|paper=is made from wood|glass=is made from sand
        sound=cannot travel through empty space""",
        "the earth=is flat|the moon=goes around the sun|the sun=rises in the west|ice=sinks in water|"
        "water=freezes at ten degrees|the sun=is a planet|the moon=is bigger than the earth|gold=is a gas|"
        "water=boils at fifty degrees|light=is slower than sound|honey=is made by ants|"
        "wine=is made from apples|cheese=is made from corn|bread=is made from rice|"
        "glass=is made from wood|paper=is made from sand|a tomato=is a mineral|the heart=pumps air|"
        "lead=is lighter than wood|table salt=is made of iron|sound=is faster than light",
    ),
    _relation(
        "president",
        "{o} was {s}|{s} was {o}",
        "Actually, it was {o}.",
        "who was {s}",
        "the first president of the United States=George Washington|"
        "the first man on the moon=Neil Armstrong|the first man in space=Yuri Gagarin|"
        "the president who ended slavery=Abraham Lincoln|the wife of Napoleon=Josephine|"
        "the first emperor of Rome=Augustus|the teacher of Plato=Socrates|the teacher of Alexander=Aristotle",
    ),
    _relation(
        "count",
        "there are {o} {s}|we have {o} {s}|you know there are {o} {s}",
        "Actually, there are {o}.",
        "how many {s} are there",
        "planets in the solar system=eight|continents=seven|days in a week=seven|months in a year=twelve|"
        "letters in the English alphabet=twenty-six|seasons in a year=four|"
        "players in a soccer team=eleven|colors in the rainbow=seven|strings on a guitar=six|"
        "strings on a violin=four|teeth in an adult mouth=thirty-two|states in the United States=fifty|"
        "hours in a day=twenty-four|minutes in an hour=sixty|cards in a deck=fifty-two",
    ),
    _relation(
        "young",
        "a young {s} is called a {o}|a baby {s} is a {o}",
        "Actually, it is a {o}.",
        "what is a young {s} called|what do you call a baby {s}",
        "dog=puppy|cat=kitten|cow=calf|horse=foal|sheep=lamb|goat=kid|duck=duckling|bear=cub|lion=cub|"
        "kangaroo=joey|hen=chick|deer=fawn|frog=tadpole",
    ),
    _relation(
        "river",
        "the {s} flows through {o}|the river {s} goes through {o}",
        "Actually, it flows through {o}.",
        "which city does the {s} flow through",
        "Thames=London|Seine=Paris|Tiber=Rome|Danube=Vienna|Nile=Cairo|Spree=Berlin|Vltava=Prague|"
        "Guadalquivir=Seville|Hudson=New York",
    ),
)  # fmt: skip
