"""Everyday Spanish with its English, made from aligned templates and slots.

A template is one clause. Slots in braces are filled on both sides at once; "{place.a}" takes the form after
"a", "{place.de}" the one after "de". Clauses are joined by connectors into sentences of one to three pieces.
"""

from __future__ import annotations

import re

from models.train.streams import Pick

Pair = tuple[str, str]


def _pairs(text: str) -> tuple[Pair, ...]:
    out = []
    for part in re.split(r"[\n|]", text):
        if "=" in part:
            spanish, english = part.split("=")
            out.append((spanish.strip(), english.strip()))
    return tuple(out)


SLOTS: dict[str, tuple[Pair, ...]] = {
    "who": _pairs("""mi hermana=my sister|mi hermano=my brother|mi madre=my mother|mi padre=my father
mi abuelo=my grandfather
mi abuela=my grandmother|el médico=the doctor|la profesora=the teacher|mi jefe=my boss
el vecino=the neighbor|la vecina=the neighbor
mi amigo Carlos=my friend Carlos|Ana=Ana|Pedro=Pedro|Lucía=Lucía|mi primo=my cousin|mi tía=my aunt
el cliente=the client
la directora=the director|el conductor=the driver|la enfermera=the nurse|mi hijo=my son|mi hija=my daughter
mi novia=my girlfriend
el camarero=the waiter|la abogada=the lawyer|mi compañera=my colleague|el niño=the boy|la niña=the girl
el profesor=the teacher"""),
    "place": _pairs("""la playa=the beach|el mercado=the market|la estación=the station
el hospital=the hospital|la oficina=the office
el aeropuerto=the airport|el parque=the park|la biblioteca=the library|el museo=the museum
la escuela=the school|el centro=the center
la farmacia=the pharmacy|el banco=the bank|el restaurante=the restaurant|la montaña=the mountains
el supermercado=the supermarket
la universidad=the university|el cine=the cinema|la piscina=the swimming pool|el hotel=the hotel
la iglesia=the church
el pueblo=the village|la panadería=the bakery|el teatro=the theater|la plaza=the square|el gimnasio=the gym
el puerto=the harbor"""),
    "thing": _pairs("""el libro=the book|la maleta=the suitcase|las llaves=the keys|el teléfono=the phone
la puerta=the door|la ventana=the window
el coche=the car|la bicicleta=the bicycle|el paraguas=the umbrella|la mesa=the table|la silla=the chair
el reloj=the watch|la camisa=the shirt
los zapatos=the shoes|las gafas=the glasses|el pasaporte=the passport|los billetes=the tickets
la cartera=the wallet|la lámpara=the lamp
el ordenador=the computer|la impresora=the printer|el documento=the document|la carta=the letter
el paquete=the package|la factura=the bill
la foto=the photo|el abrigo=the coat|el informe=the report|el contrato=the contract|la nevera=the fridge
el cuaderno=the notebook"""),
    "food": _pairs("""un café=a coffee|un café con leche=a coffee with milk|una cerveza=a beer
un vaso de agua=a glass of water|una ensalada=a salad
la sopa=the soup|el pescado=the fish|el pollo=the chicken|pan=bread|queso=cheese|una manzana=an apple
dos naranjas=two oranges|arroz=rice
un bocadillo=a sandwich|una tortilla=an omelette|tres tomates=three tomatoes
un kilo de patatas=a kilo of potatoes|leche=milk|huevos=eggs
una botella de vino=a bottle of wine|fruta=fruit|verdura=vegetables
un helado de chocolate=a chocolate ice cream|carne=meat|la cuenta=the bill"""),
    "time": _pairs("""a las ocho=at eight|a las diez=at ten|a la una=at one
a las tres y media=at half past three|a las nueve y cuarto=at a quarter past nine
a las siete menos cuarto=at a quarter to seven|a mediodía=at noon|a medianoche=at midnight
a las cinco=at five|a las once y media=at half past eleven
a las seis de la mañana=at six in the morning|a las ocho de la noche=at eight in the evening
a las cuatro de la tarde=at four in the afternoon
a las doce=at twelve|a las dos=at two"""),
    "day": _pairs("""el lunes=on Monday|el martes=on Tuesday|el miércoles=on Wednesday|el jueves=on Thursday
el viernes=on Friday|el sábado=on Saturday
el domingo=on Sunday|mañana=tomorrow|hoy=today|esta noche=tonight|esta tarde=this afternoon
la semana que viene=next week
el mes que viene=next month|el próximo año=next year|en verano=in summer|en diciembre=in December
mañana por la mañana=tomorrow morning
el fin de semana=on the weekend|pasado mañana=the day after tomorrow|en Navidad=at Christmas
el viernes por la tarde=on Friday afternoon"""),
    "past": _pairs("""ayer=yesterday|anoche=last night|la semana pasada=last week|el año pasado=last year
el lunes pasado=last Monday|hace dos días=two days ago
hace una hora=an hour ago|esta mañana=this morning|el mes pasado=last month
hace tres semanas=three weeks ago|anteayer=the day before yesterday
en mayo=in May|el verano pasado=last summer|hace mucho tiempo=a long time ago|el domingo=on Sunday"""),
    "adj": _pairs("""muy caro=very expensive|muy bonito=very pretty|demasiado pequeño=too small
bastante lejos=quite far|muy cerca=very close|roto=broken
abierto=open|cerrado=closed|listo=ready|ocupado=busy|vacío=empty|lleno=full|limpio=clean|sucio=dirty
nuevo=new|muy viejo=very old|gratis=free
mojado=wet|un poco frío=a little cold|demasiado caliente=too hot|perdido=lost|prohibido=forbidden
muy tranquilo=very quiet"""),
    "feel": _pairs("""muy cansado=very tired|contento=happy|triste=sad|enfermo=sick|preocupado=worried
enfadado=angry|nervioso=nervous|mejor=better
de acuerdo=in agreement|seguro=sure|ocupado=busy|de vacaciones=on vacation|en casa=at home|listo=ready
perdido=lost|muy orgulloso=very proud"""),
    "inf": _pairs("""comprar pan=buy bread|terminar el informe=finish the report
hablar con el médico=talk to the doctor|llamar a mi madre=call my mother
ir al banco=go to the bank|hacer la compra=do the shopping|limpiar la casa=clean the house
estudiar para el examen=study for the exam
coger el autobús=take the bus|reservar una mesa=book a table|pagar la factura=pay the bill
preparar la cena=make dinner
ver una película=watch a movie|salir a correr=go running|lavar el coche=wash the car
aprender inglés=learn English|descansar un poco=rest a little
escribir un correo=write an email|visitar a mis abuelos=visit my grandparents|cambiar dinero=change money
recoger a los niños=pick up the children
buscar un hotel=look for a hotel|alquilar un coche=rent a car|vender la casa=sell the house
pasear al perro=walk the dog
cerrar la ventana=close the window|abrir la puerta=open the door|enviar un paquete=send a package
arreglar el coche=fix the car
cocinar pescado=cook fish|tocar la guitarra=play the guitar|jugar al fútbol=play soccer
beber agua=drink water|dormir ocho horas=sleep eight hours
leer el periódico=read the newspaper|firmar el contrato=sign the contract|tomar un taxi=take a taxi
comer fuera=eat out"""),
    "num": _pairs("""dos=two|tres=three|cuatro=four|cinco=five|seis=six|siete=seven|ocho=eight|diez=ten
doce=twelve|quince=fifteen|veinte=twenty
treinta=thirty|cuarenta=forty|cien=a hundred"""),
    "unit": _pairs("euros=euros|minutos=minutes|horas=hours|días=days|años=years|kilómetros=kilometers|"
    "personas=people|semanas=weeks|meses=months"),
    "job": _pairs("""médico=a doctor|profesora=a teacher|cocinero=a cook|abogada=a lawyer|enfermera=a nurse
ingeniero=an engineer|periodista=a journalist
camarero=a waiter|arquitecta=an architect|conductor de autobús=a bus driver|estudiante=a student
pintor=a painter|músico=a musician"""),
    "city": _pairs("""Madrid=Madrid|Barcelona=Barcelona|Sevilla=Seville|Londres=London|París=Paris|Roma=Rome
México=Mexico|Nueva York=New York
Berlín=Berlin|Lisboa=Lisbon|Buenos Aires=Buenos Aires|Valencia=Valencia|Granada=Granada|Bilbao=Bilbao
Colombia=Colombia|Italia=Italy"""),
    "animal": _pairs("el perro=the dog|el gato=the cat|el caballo=the horse|el pájaro=the bird|"
    "la vaca=the cow|el conejo=the rabbit|el ratón=the mouse"),
    "weather": _pairs("""hace mucho frío=it is very cold|hace calor=it is hot|está lloviendo=it is raining
va a nevar=it is going to snow|hace viento=it is windy
hace buen tiempo=the weather is nice|hace sol=it is sunny|está nublado=it is cloudy|hay niebla=it is foggy
va a llover=it is going to rain"""),
}  # fmt: skip

SLOTS["one"] = tuple(pair for pair in SLOTS["thing"] if not pair[0].startswith(("los ", "las ")))

CLAUSES = _pairs("""
Buenos días a todos=Good morning everyone
Buenas tardes=Good afternoon
Buenas noches=Good night
Hola, ¿cómo estás?=Hello, how are you?
Muchas gracias por venir=Thank you very much for coming
Hasta mañana=See you tomorrow
Mucho gusto=Nice to meet you
Me llamo Carmen=My name is Carmen
¿Cómo te llamas?=What is your name?
Bienvenidos a nuestra casa=Welcome to our house
Perdón, no le he entendido=Sorry, I didn't understand you
No entiendo la pregunta=I don't understand the question
¿Puedes repetirlo, por favor?=Can you repeat it, please?
¿Qué hora es?=What time is it?
Tengo hambre=I am hungry
Tengo mucha sed=I am very thirsty
Tengo sueño=I am sleepy
Me duele la cabeza=My head hurts
Me duele mucho la espalda=My back hurts a lot
Estoy de acuerdo contigo=I agree with you
No estoy de acuerdo=I don't agree
Tienes razón=You are right
No te preocupes=Don't worry
Ten cuidado=Be careful
Espera un momento=Wait a moment
Vamos a empezar la reunión=Let's start the meeting
La cena está lista=Dinner is ready
Feliz cumpleaños=Happy birthday
Lo siento mucho=I am very sorry
Por supuesto=Of course
No lo sé=I don't know
No me acuerdo=I don't remember
Vámonos=Let's go
Gracias por tu ayuda=Thank you for your help
Estoy aprendiendo inglés=I am learning English
No hablo muy bien español=I don't speak Spanish very well
¿Hablas inglés?=Do you speak English?
El servidor no responde=The server is not responding
Hay un error en el código=There is a bug in the code
El autobús está lleno=The bus is full
No hay nadie en casa=There is nobody at home
Todo el mundo lo sabe=Everybody knows it
Se ha ido la luz=The power is out
Nos vemos luego=See you later
{who} vive en {city}=S{who} lives in {city}
{who} trabaja en {place}=S{who} works at {place}
{who} es {job}=S{who} is {job}
{who} quiere ser {job}=S{who} wants to be {job}
{who} está en {place}=S{who} is at {place}
{who} llega {time}=S{who} arrives {time}
{who} llega {day}=S{who} arrives {day}
{who} llegó {past}=S{who} arrived {past}
{who} me llamó {past}=S{who} called me {past}
{who} ha perdido {thing}=S{who} has lost {thing}
{who} compró {thing} {past}=S{who} bought {thing} {past}
{who} no encuentra {thing}=S{who} can't find {thing}
{who} quiere {inf}=S{who} wants to {inf}
{who} tiene que {inf}=S{who} has to {inf}
{who} va a {inf} {day}=S{who} is going to {inf} {day}
{who} no puede {inf}=S{who} can't {inf}
{who} está muy cansado=S{who} is very tired
{who} tiene {num} años=S{who} is {num} years old
{who} necesita {thing}=S{who} needs {thing}
{who} se ha roto el brazo=S{who} has broken an arm
{who} siempre llega tarde=S{who} always arrives late
{who} nunca come carne=S{who} never eats meat
{who} dice que sí=S{who} says yes
{who} prefiere quedarse en casa=S{who} prefers to stay at home
{day} vamos a {place}=S{day} we are going to {place}
{day} tengo que {inf}=S{day} I have to {inf}
{day} voy a {inf}=S{day} I am going to {inf}
{day} no trabajo=S{day} I don't work
{past} fui a {place}=S{past} I went to {place}
{past} fuimos a {place}=S{past} we went to {place}
{past} perdí {thing}=S{past} I lost {thing}
{past} comimos en {place}=S{past} we ate at {place}
{past} llovió mucho=S{past} it rained a lot
{past} vi a {who} en {place}=S{past} I saw {who} at {place}
Vamos a {place} {day}=We are going to {place} {day}
Vamos a {inf}=We are going to {inf}
Voy a {inf}=I am going to {inf}
Voy a {inf} {day}=I am going to {inf} {day}
Tengo que {inf}=I have to {inf}
Tengo que {inf} {day}=I have to {inf} {day}
Tenemos que {inf}=We have to {inf}
Quiero {inf}=I want to {inf}
Quiero {food}, por favor=I want {food}, please
Quisiera {food}=I would like {food}
Para mí, {food}=For me, {food}
¿Me trae {food}, por favor?=Can you bring me {food}, please?
Me gusta {inf}=I like to {inf}
No me gusta {inf}=I don't like to {inf}
Me gustaría {inf}=I would like to {inf}
Prefiero {inf}=I prefer to {inf}
Necesito {inf}=I need to {inf}
Necesito {thing}=I need {thing}
Necesitamos {num} {unit} más=We need {num} more {unit}
No puedo {inf} {day}=I can't {inf} {day}
¿Puedes {inf}?=Can you {inf}?
¿Quieres {inf}?=Do you want to {inf}?
¿Quieres {inf} conmigo?=Do you want to {inf} with me?
¿Dónde está {place}?=Where is {place}?
¿Dónde está {one}?=Where is {one}?
¿Dónde has puesto {thing}?=Where did you put {thing}?
¿Has visto {thing}?=Have you seen {thing}?
¿A qué hora abre {place}?=What time does {place} open?
¿A qué hora cierra {place}?=What time does {place} close?
¿Cuándo llega {who}?=When does {who} arrive?
¿Por qué no ha venido {who}?=Why didn't {who} come?
¿Conoces a {who}?=Do you know {who}?
¿Está lejos {place}?=Is {place} far?
¿Cómo se llega a {place}?=How do you get to {place}?
El tren sale {time}=The train leaves {time}
El tren para {city} sale {time}=The train to {city} leaves {time}
El avión llega {time}=The plane arrives {time}
El autobús sale {day}=The bus leaves {day}
El vuelo se ha retrasado {num} {unit}=The flight has been delayed {num} {unit}
La reunión es {day}=The meeting is {day}
La reunión empieza {time}=The meeting starts {time}
La película empieza {time}=The movie starts {time}
La tienda abre {time}=The store opens {time}
{place} abre {time}=S{place} opens {time}
{place} cierra {time}=S{place} closes {time}
{place} está cerrado {day}=S{place} is closed {day}
{place} está muy cerca=S{place} is very close
{place} está al lado de {place2}=S{place} is next to {place2}
{place} está lleno de gente=S{place} is full of people
{one} es {adj}=S{one} is {adj}
{one} está en {place}=S{one} is at {place}
{one} cuesta {num} euros=S{one} costs {num} euros
{one} no funciona=S{one} doesn't work
{one} es de {who}=S{one} belongs to {who}
He perdido {thing}=I have lost {thing}
He comprado {food}=I have bought {food}
He dejado {thing} en {place}=I left {thing} at {place}
Se me olvidó {inf}=I forgot to {inf}
No olvides {thing}=Don't forget {thing}
No olvides {inf}=Don't forget to {inf}
Cierra {thing}, por favor=Close {thing}, please
Dame {thing}=Give me {thing}
Trae {thing}=Bring {thing}
Pon {thing} aquí=Put {thing} here
Estoy {feel}=I am {feel}
Hoy estoy {feel}=Today I am {feel}
Estamos en {place}=We are at {place}
Estamos muy contentos de estar aquí=We are very happy to be here
Soy de {city}=I am from {city}
Soy {job}=I am {job}
Vivo en {city} desde hace {num} años=I have lived in {city} for {num} years
Trabajo en {place}=I work at {place}
Llevo {num} {unit} esperando=I have been waiting for {num} {unit}
Tardamos {num} {unit}=It takes us {num} {unit}
Quedan {num} {unit}=There are {num} {unit} left
Son {num} euros=That is {num} euros
Hay {num} personas en {place}=There are {num} people at {place}
Hay mucho tráfico en {city}=There is a lot of traffic in {city}
En {city} {weather}=In {city} {weather}
Hoy {weather}=Today {weather}
{weather}=S{weather}
{animal} está en el jardín=S{animal} is in the garden
{animal} tiene hambre=S{animal} is hungry
Mi casa tiene {num} habitaciones=My house has {num} rooms
Mi familia vive en {city}=My family lives in {city}
Mis padres van a {inf}=My parents are going to {inf}
Los niños están en {place}=The children are at {place}
Los niños quieren {inf}=The children want to {inf}
Mis amigos llegan {day}=My friends arrive {day}
Creo que {who} está en {place}=I think {who} is at {place}
¿Cuánto cuesta {one}?=How much does {one} cost?
Creo que {weather}=I think {weather}
Dicen que {weather}=They say {weather}
Espero que todo vaya bien=I hope everything goes well
Es importante {inf}=It is important to {inf}
Es difícil {inf}=It is difficult to {inf}
Es hora de {inf}=It is time to {inf}
Antes de salir tengo que {inf}=Before leaving I have to {inf}
Si quieres podemos {inf}=If you want we can {inf}
El proyecto termina {day}=The project ends {day}
El examen es {day}=The exam is {day}
Nuestro equipo ganó {past}=Our team won {past}
La empresa tiene {num} empleados=The company has {num} employees
La clase empieza {time}=The class starts {time}
El precio ha subido este año=The price has gone up this year
La película es muy aburrida=The movie is very boring
La comida estaba deliciosa=The food was delicious
La carretera está cortada=The road is closed
""")  # fmt: skip

JOINTS = _pairs("""y=and|pero=but|porque=because|así que=so|y luego=and then|y después=and afterwards
aunque=although|mientras=while
y por eso=and that is why|y también=and also""")
OPENINGS = _pairs("""Por la mañana=In the morning|Después de la comida=After lunch
Como todos los años=As every year|En mi opinión=In my opinion
Al final del día=At the end of the day|Según el periódico=According to the newspaper
Si tenemos tiempo=If we have time|Cuando llegue a casa=When I get home
En primer lugar=First of all|Por otro lado=On the other hand|Antes de la reunión=Before the meeting
Para empezar=To begin with
Durante las vacaciones=During the vacation|Si no llueve mañana=If it doesn't rain tomorrow
A partir del lunes=Starting on Monday""")
FILLERS = ("bueno", "pues", "eh", "a ver", "mira", "oye", "entonces")


def clause(p: Pick) -> Pair:
    """One clause, filled: (Spanish, English), both starting with a capital."""
    spanish, english = p.of(CLAUSES)
    for slot in re.findall(r"\{(\w+?)2?\}", spanish):
        source, target = p.of(SLOTS[slot])
        for name in (slot, f"{slot}2"):
            if f"{{{name}}}" in spanish:
                spanish = spanish.replace(f"{{{name}}}", source, 1)
                english = english.replace(f"S{{{name}}}", target[:1].upper() + target[1:]).replace(
                    f"{{{name}}}", target
                )
                break
    spanish = re.sub(r"\ba el\b", "al", re.sub(r"\bde el\b", "del", spanish))
    return spanish[:1].upper() + spanish[1:] if spanish[:1] not in "¿¡" else spanish, english


def lower_first(text: str) -> str:
    """The clause inside a sentence: names and "I" keep their capital."""
    head = text.split()[0]
    return text if head in ("I", "I'm") or head in KEEP_CAPITAL else text[:1].lower() + text[1:]


KEEP_CAPITAL = frozenset(
    w for s in ("who", "city") for _, e in SLOTS[s] for w in e.split() if w[:1].isupper()
)


def sentence_pieces(p: Pick) -> list[Pair]:
    """A sentence of one to three pieces, each with the English to say when it is complete."""
    spanish, english = clause(p)
    if spanish[-1] in "?!":
        return [(spanish, english)]
    pieces = [(spanish, english)]
    x = p.random.random()
    if x < 0.22:
        opening, told = p.of(OPENINGS)
        pieces = [(f"{opening},", f"{told},"), (lower_first(spanish), lower_first(english))]
    while p.maybe(0.4) and len(pieces) < 3:
        joint, link = p.of(JOINTS)
        more, told = clause(p)
        if more[-1] in "?!":
            break
        last = pieces[-1]
        comma = "," if p.maybe(0.5) else ""
        pieces[-1] = (last[0] + comma, last[1] + ",")
        pieces.append((f"{joint} {lower_first(more)}", f"{link} {lower_first(told)}"))
    last = pieces[-1]
    pieces[-1] = (last[0] + ".", last[1] + ".")
    return pieces
