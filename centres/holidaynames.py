"""What public holidays are called in French and Portuguese, and which faith keeps them. Pure.

The library `holidays` names them in English throughout, in French for eleven of the seventeen
countries and in Portuguese for two. This fills the rest, by the library's English name.
"""

import re
from enum import StrEnum
from typing import NamedTuple


class HolidayKind(StrEnum):
    """Who keeps a holiday. Islamic ones follow the moon, so their dates are foretold."""

    CIVIL = "civil"
    CHRISTIAN = "christian"
    ISLAMIC = "islamic"


class Names(NamedTuple):
    """One holiday's name in French and in Portuguese."""

    fr: str
    pt: str


_ISLAMIC = re.compile(
    r"eid |ramadan|mawlid|prophet|night of power|laylat|islamic new year|ashura|magal|arafah"
    r"|tabaski|korité|aïd|maouloud|mouloud|gamou|tamxarit",
    re.IGNORECASE,
)
_CHRISTIAN = re.compile(
    r"easter|good friday|ascension|pentecost|ash wednesday|assumption|all saints|christmas"
)

NAMES = {
    "Africa Day": Names("Journée de l'Afrique", "Dia de África"),
    "All Saints' Day": Names("Toussaint", "Dia de Todos os Santos"),
    "Amazigh New Year": Names("Nouvel an amazigh", "Ano Novo Amazigh"),
    "Anniversary of the CNSP Coup": Names(
        "Anniversaire du coup d'État du CNSP", "Aniversário do golpe do CNSP"
    ),
    "Anniversary of the Proclamation of Independence": Names(
        "Anniversaire de la proclamation de l'indépendance",
        "Aniversário da Proclamação da Independência",
    ),
    "Armed Forces Day": Names("Journée des forces armées", "Dia das Forças Armadas"),
    "Ascension Day": Names("Ascension", "Dia da Ascensão"),
    "Ash Wednesday": Names("Mercredi des Cendres", "Quarta-feira de Cinzas"),
    "Ashura": Names("Achoura", "Ashura"),
    "Assumption Day": Names("Assomption", "Dia da Assunção"),
    "Boxing Day": Names("Lendemain de Noël", "Dia a seguir ao Natal"),
    "Christmas Day": Names("Noël", "Dia de Natal"),
    "Day after Eid al-Adha": Names("Lendemain de la Tabaski", "Dia a seguir à Tabaski"),
    "Day after Night of Power": Names(
        "Lendemain de la Nuit du Destin", "Dia a seguir à Noite do Destino"
    ),
    "Day after Prophet's Birthday": Names(
        "Lendemain du Maouloud", "Dia a seguir ao nascimento do Profeta"
    ),
    "Day of Arafah": Names("Jour d'Arafat", "Dia de Arafat"),
    "Day of the Beginning of the Armed Struggle": Names(
        "Début de la lutte armée", "Dia do Início da Luta Armada"
    ),
    "Decoration Day": Names("Jour des morts (Decoration Day)", "Dia dos Mortos (Decoration Day)"),
    "Democracy and Freedom Day": Names(
        "Journée de la liberté et de la démocratie", "Dia da Liberdade e da Democracia"
    ),
    "Easter Monday": Names("Lundi de Pâques", "Segunda-feira de Páscoa"),
    "Easter Sunday": Names("Dimanche de Pâques", "Páscoa"),
    "Eid al-Adha": Names("Tabaski (Aïd el-Kébir)", "Tabaski (Eid al-Adha)"),
    "Eid al-Adha Holiday": Names("Congé de l'Aïd el-Kébir", "Feriado de Eid al-Adha"),
    "Eid al-Fitr": Names("Korité (Aïd el-Fitr)", "Korité (Eid al-Fitr)"),
    "Eid al-Fitr Holiday": Names("Congé de l'Aïd el-Fitr", "Feriado de Eid al-Fitr"),
    "Evacuation Day": Names("Fête de l'évacuation", "Dia da Evacuação"),
    "Fasting and Prayer Day": Names("Jour de jeûne et de prière", "Dia de Jejum e Oração"),
    "Father's Day": Names("Fête des pères", "Dia do Pai"),
    "First Day of Ramadan": Names("Premier jour du Ramadan", "Primeiro dia do Ramadão"),
    "Good Friday": Names("Vendredi saint", "Sexta-feira Santa"),
    "Grand Magal of Touba": Names("Grand Magal de Touba", "Grande Magal de Touba"),
    "Green March": Names("Marche verte", "Marcha Verde"),
    "Inauguration Day": Names("Investiture du président", "Tomada de posse do presidente"),
    "Independence Day": Names("Fête de l'Indépendance", "Dia da Independência"),
    "International Children's Day": Names(
        "Journée mondiale de l'enfance", "Dia Mundial da Criança"
    ),
    "International Labor Day": Names("Fête du Travail", "Dia do Trabalhador"),
    "International Women's Day": Names(
        "Journée internationale de la femme", "Dia Internacional da Mulher"
    ),
    "International Worker's Day": Names("Fête du Travail", "Dia do Trabalhador"),
    "Islamic New Year": Names("Nouvel an musulman", "Ano Novo Islâmico"),
    "J. J. Roberts Memorial Birthday": Names(
        "Anniversaire de J. J. Roberts", "Aniversário de J. J. Roberts"
    ),
    "Labor Day": Names("Fête du Travail", "Dia do Trabalhador"),
    "Labour Day": Names("Fête du Travail", "Dia do Trabalhador"),
    "Laylat al-Qadr": Names("Nuit du Destin", "Noite do Destino"),
    "Martyrs' Day": Names("Journée des martyrs", "Dia dos Mártires"),
    "Mawlid": Names("Maouloud", "Nascimento do Profeta"),
    "Mother's Day": Names("Fête des mères", "Dia da Mãe"),
    "National Concord Day": Names("Fête nationale de la Concorde", "Dia da Concórdia Nacional"),
    "National Day": Names("Fête nationale", "Dia Nacional"),
    "National Day of the Republic of Mali": Names(
        "Fête nationale de la République du Mali", "Dia Nacional da República do Mali"
    ),
    "National Flag Day": Names("Journée du drapeau", "Dia da Bandeira"),
    "National Heroes Day": Names("Journée des héros nationaux", "Dia dos Heróis Nacionais"),
    "National Heroes' Day": Names("Journée des héros nationaux", "Dia dos Heróis Nacionais"),
    "National Independence Day": Names(
        "Fête de l'Indépendance nationale", "Dia da Independência Nacional"
    ),
    "National Peace Day": Names("Journée nationale de la paix", "Dia Nacional da Paz"),
    "National Unification and Integration Day": Names(
        "Journée de l'unification et de l'intégration nationales",
        "Dia da Unificação e Integração Nacional",
    ),
    "New Year's Day": Names("Jour de l'an", "Ano Novo"),
    "Oued Ed-Dahab Day": Names("Allégeance Oued Eddahab", "Dia de Oued Ed-Dahab"),
    "Pentecost": Names("Pentecôte", "Pentecostes"),
    "Pentecost Monday": Names("Lundi de Pentecôte", "Segunda-feira de Pentecostes"),
    "Pidjiguiti Day": Names("Journée de Pidjiguiti", "Dia de Pidjiguiti"),
    "Proclamation of Independence Day": Names(
        "Proclamation de l'Indépendance", "Proclamação da Independência"
    ),
    "Prophet's Baptism": Names("Baptême du Prophète", "Batismo do Profeta"),
    "Prophet's Birthday": Names("Maouloud", "Nascimento do Profeta"),
    "Republic Day": Names("Fête de la République", "Dia da República"),
    "Revolution Day": Names("Fête de la Révolution", "Dia da Revolução"),
    "Revolution and Youth Day": Names(
        "Fête de la Révolution et de la Jeunesse", "Dia da Revolução e da Juventude"
    ),
    "Thanksgiving Day": Names("Jour d'action de grâce", "Dia de Ação de Graças"),
    "Throne Day": Names("Fête du Trône", "Festa do Trono"),
    "Tubman Administration Goodwill Day": Names(
        "Anniversaire du président Tubman", "Aniversário do presidente Tubman"
    ),
    "Unity Day": Names("Fête de l'Unité", "Dia da Unidade"),
    "Vodoun Festival": Names("Fête des religions traditionnelles", "Festival do Vodun"),
    "Women's Day": Names("Fête de la femme", "Dia da Mulher"),
    "Worker's Day": Names("Fête du Travail", "Dia do Trabalhador"),
    "Youth Day": Names("Fête de la Jeunesse", "Dia da Juventude"),
}

# Holidays that the library lacks, by the name their own country gives them, in English.
ADDED = {
    "Journée des coutumes et traditions": (
        "Day of Customs and Traditions",
        "Dia dos Costumes e Tradições",
    ),
    "Journée nationale de la souveraineté retrouvée": (
        "Day of Regained Sovereignty",
        "Dia da Soberania Recuperada",
    ),
    "Fête de la révolution": ("Revolution Day", "Dia da Revolução"),
}


def kind_of(name: str) -> HolidayKind:
    """Return who keeps the holiday of this English name, or of this local name if it is Islamic."""
    if _ISLAMIC.search(name):
        return HolidayKind.ISLAMIC
    return HolidayKind.CHRISTIAN if _CHRISTIAN.search(name.lower()) else HolidayKind.CIVIL
