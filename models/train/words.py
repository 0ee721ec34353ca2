"""Foreign words in English talk: the English word is said at once, while the user goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

from models.train.corpora import dictionary
from models.train.streams import Pick, Stream, sentence

# Words of everyday life, beside the dictionaries' long tail: (foreign, English).
EVERYDAY = tuple(
    (a, b)
    for a, b in (
        part.split("=")
        for part in """biblioteca=library|manzana=apple|perro=dog|ventana=window|zapato=shoe|cuchara=spoon
lluvia=rain|puerta=door|leche=milk|libro=book
mesa=table|silla=chair|coche=car|casa=house|cocina=kitchen|llave=key|dinero=money|trabajo=work|playa=beach
iglesia=church|escuela=school|pan=bread
queso=cheese|huevo=egg|pescado=fish|pollo=chicken|gato=cat|caballo=horse|pájaro=bird|árbol=tree|flor=flower
cielo=sky|sol=sun|luna=moon|nube=cloud
camisa=shirt|falda=skirt|sombrero=hat|reloj=watch|cuchillo=knife|tenedor=fork|vaso=glass|plato=plate
cama=bed|espejo=mirror|jabón=soap|toalla=towel
calle=street|puente=bridge|tienda=store|mercado=market|abogado=lawyer|médico=doctor|enfermera=nurse
hermano=brother|abuela=grandmother|sobrino=nephew
paraguas=umbrella|maleta=suitcase|billete=ticket|cebolla=onion|zanahoria=carrot|naranja=orange|limón=lemon
fresa=strawberry|azúcar=sugar|sal=salt
Schlüssel=key|Regenschirm=umbrella|Brot=bread|Fahrrad=bicycle|Tisch=table|Hund=dog|Wasser=water|Haus=house
Katze=cat|Baum=tree|Blume=flower|Stuhl=chair
Fenster=window|Tür=door|Buch=book|Milch=milk|Käse=cheese|Apfel=apple|Löffel=spoon|Gabel=fork|Messer=knife
Zug=train|Bahnhof=station|Flughafen=airport
Kirche=church|Schule=school|Krankenhaus=hospital|Arzt=doctor|Rechnung=bill|Geschenk=present|Brille=glasses
Schuh=shoe|Hemd=shirt|Jacke=jacket|Zahn=tooth
Kartoffel=potato|Zwiebel=onion|Kuchen=cake|Zucker=sugar|Salz=salt|Ei=egg|Vogel=bird|Pferd=horse|Schwein=pig
Wolke=cloud|Regen=rain|Schnee=snow
voiture=car|chaise=chair|fromage=cheese|oiseau=bird|maison=house|chien=dog|chat=cat|livre=book
fenêtre=window|porte=door|clé=key|pomme=apple|pain=bread
lait=milk|eau=water|arbre=tree|fleur=flower|soleil=sun|lune=moon|pluie=rain|neige=snow|école=school
église=church|gare=station|vélo=bicycle|chemise=shirt
chapeau=hat|cuillère=spoon|fourchette=fork|couteau=knife|assiette=plate|lit=bed|miroir=mirror
parapluie=umbrella|valise=suitcase|poisson=fish|poulet=chicken
oignon=onion|citron=lemon|fraise=strawberry|sucre=sugar|sel=salt|cheval=horse|cochon=pig|médecin=doctor
avocat=lawyer|bibliothèque=library|cuisine=kitchen""".replace("\n", "|").split("|")
    )
)  # fmt: skip
FRAMES = (
    "I left it in the {w}", "could you pass me the {w}", "yesterday I bought a new {w}",
    "there is a {w} outside", "the {w} was really expensive",
    "I forgot my {w} at home again", "my {w} is broken", "we need a bigger {w} for the party",
    "I was looking for the {w} all morning",
    "she gave me a {w} for my birthday", "the {w} is on the other side",
    "do you have a {w} that I can borrow", "he put the {w} on the floor",
    "I can't find the {w} anywhere", "is that your {w} over there", "the old {w} looks nice",
    "we talked about the {w} for hours",
    "they sell a very good {w} there", "I would like a {w} please", "my sister wants a {w} too",
    "you should see the {w} in the garden",
    "I have never seen such a {w} before", "the {w} and the table were gone",
    "on friday I will clean the {w} and go home",
    "when I was young we had a {w} like that", "I think the {w} is too big for the room",
    "please bring your {w} with you tomorrow",
    "I hurt myself with the {w} this morning", "it looks like a {w} to me", "what a beautiful {w} you have",
    "the {w} how do you say",
    "a big {w}", "my {w}", "I need the {w}", "I took a picture of a {w} next to the house",
    "so the {w} fell down and everybody laughed",
)  # fmt: skip


def foreign_word(p: Pick) -> tuple[str, str]:
    if p.maybe(0.5):
        return p.of(EVERYDAY)
    pair = p.random.choices(["spa-eng", "deu-eng", "fra-eng"], [5, 3, 3])[0]
    entries = dictionary(pair)
    for _ in range(30):
        word, english = p.of(entries or EVERYDAY)
        if 4 <= len(word) <= 11 and not re.search(r"(mente|ieren)$", word):
            return word, english
    return p.of(EVERYDAY)


def switching(s: Stream, noise: Callable[[Stream], None], *, told: bool) -> None:
    """English talk with foreign words in it. `told`: whether the task asks for the English."""
    p = s.pick
    for _ in range(p.random.randint(3, 6)):
        if p.maybe(0.35):
            noise(s)
        if p.maybe(0.2):  # the same frames with an English word
            text = p.of(FRAMES).format(
                w=p.random.choice(
                    ["lamp", "bag", "phone", "bike", "sofa", "cup", "coat", "sandwich", "camera", "radio"]
                )
            )
            s.hear(sentence(text))
            continue
        word, english = foreign_word(p)
        frame = p.of(FRAMES)
        text = frame.format(w=f"{word}@0" if told else word)
        s.hear(text[:1].upper() + text[1:], [(f"say {sentence(english)}", "word")] if told else [])
