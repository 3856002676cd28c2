"""Names of people who do not exist. Pure.

Each is invented by drawing a first name and a family name apart, by chance, from lists of names
that are common in the learner's country. Whoever bears such a name in earnest is not meant: every
code of such a person begins with DEMO, every address ends in example.org (RFC 2606), and every
telephone number begins with zeros behind the country's prefix, where no network has subscribers.
"""

import unicodedata
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Names:
    """First names of women and of men, and family names, that are common somewhere."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _names(women: str, men: str, families: str) -> Names:
    return Names(
        *(tuple(each.replace("~", " ") for each in text.split()) for text in (women, men, families))
    )


SENEGAMBIA = _names(
    "Awa Fatou Aminata Khady Ndèye Astou Mariama Coumba Rokhaya Adja Bineta Yacine Maïmouna",
    "Mamadou Ousmane Cheikh Modou Ibrahima Alioune Babacar Pape Abdoulaye Malick Lamine Samba",
    "Ndiaye Diop Fall Sow Ba Sarr Faye Guèye Mbaye Seck Diallo Sy Diouf Thiam Cissé Badji",
)
MANDE = _names(
    "Aïssata Oumou Kadiatou Fanta Djénéba Nana Sira Assitan Hawa Mariam Ramata Bintou Saran",
    "Moussa Sékou Bakary Drissa Adama Souleymane Boubacar Amadou Lassana Fodé Modibo Karim",
    "Traoré Coulibaly Diarra Koné Sissoko Camara Dembélé Sangaré Doumbia Kouyaté Bah Barry Sylla",
)
AKAN = _names(
    "Adjoua Akissi Amenan Affoué Aya Grâce Marie-Laure Estelle Rokia Salimata Prisca Ange",
    "Koffi Kouamé Yao Konan N'Guessan Serge Didier Arsène Lacina Hamed Franck Junior",
    "Kouassi Kouadio N'Dri Zadi Tanoh Aka Assi Koné Gnahoré Bamba Soro Ehui Kacou Brou",
)
VOLTAIC = _names(
    "Wendyam Rasmata Alimata Salimata Azèta Habibou Mariam Sylvie Édith Zalissa Aguiratou",
    "Issa Boukary Salif Rasmané Idrissa Noufou Wendkuni Ousséni Lassané Hervé Achille Yacouba",
    "Ouédraogo Sawadogo Kaboré Zongo Nikiéma Ilboudo Tapsoba Zoungrana Kafando Tiendrébéogo",
)
GBE = _names(
    "Afi Akouvi Ablavi Sènami Fifamè Houéfa Essi Ayélé Dédé Edwige Rachelle Bernice Mawussi",
    "Kossi Kodjo Komlan Sènan Mahugnon Yawo Mawuli Edem Romaric Fulbert Ghislain Koami",
    "Hounkpatin Agbodjan Adjovi Dossou Amouzou Agossou Tchalla Houngbo Ahouansou Kponton Adanlété",
)
SAHEL = _names(
    "Hadiza Zeinabou Rakia Balkissa Fati Habsatou Ramatou Nafissa Haoua Samira Mariama",
    "Issoufou Harouna Seyni Mahamadou Souley Laouali Abdoul Ismaël Oumarou Yahaya Sani",
    "Maïga Garba Hassane Saley Seydou Djibo Hamidou Alzouma Moumouni Kimba Soumana Zakari",
)
MANO_RIVER = _names(
    "Isata Hawa Kadiatu Fatmata Jeneba Princess Esther Mabinty Patience Finda Martha Decontee",
    "Sahr Abu Foday Mohamed Emmanuel Alusine Alhassan Komba Prince Varney Augustine Tamba",
    "Kamara Sesay Bangura Conteh Kargbo Johnson Williams Cole Dolo Flomo Kollie Mansaray Tucker",
)
LUSOPHONE = _names(
    "Ana Domingas Edna Nélida Djamila Ivone Eunice Carla Sónia Fatumata Cátia Elisângela",
    "José Nuno Adilson Braima Carlos Armando Hélder Edson Mamadu Aliu Ivan Wilson",
    "Mendes Gomes Tavares Lopes Semedo Sanhá Fonseca Andrade Monteiro Cardoso Baldé Correia Silva",
)
MOORISH = _names(
    "Mariem Aïchetou Khadijetou Vatma Zeinabou Oumoulkheiry Salka Meimouna Aminetou",
    "Brahim Ahmedou Cheikhna Ely Mohamed~Lemine Yahya Isselmou Moctar Hamady Demba",
    "Abdallahi Mahmoud Ahmed~Salem Cheikh~Brahim Sidi~Ahmed Kane Ba Sow Lô Wane Diagana",
)
MAGHREB = _names(
    "Salma Imane Khadija Yasmine Houda Amel Rim Nour Inès Meriem Soukaïna Sarra Hajar",
    "Youssef Anas Mehdi Hamza Walid Oussama Bilel Aymen Reda Seif Ilyas Zakaria",
    "Bennani Tazi Berrada Amrani Trabelsi Ben~Salah Jaziri Gharbi Mansouri El~Amri Fassi Haddad",
)
MALAGASY = _names(
    "Voahangy Lalaina Hanitra Fara Miora Noro Mialy Tiana Haingo Sitraka Vola Domoina",
    "Hery Rivo Tahina Andry Fidy Naina Mamy Solofo Toky Mahefa Faly Lova",
    "Rakoto Rabe Randria Rasoa Razafy Ravelo Rakotomalala Razanakoto Andriamihaja Rasolofo",
)
CAMEROON = _names(
    "Solange Clarisse Odile Mireille Carine Nadège Brenda Delphine Larissa Doris Aïssatou",
    "Serge Hervé Blaise Armel Landry Cyrille Elvis Patrice Boris Ulrich Bouba Valentine",
    "Mbarga Ngono Fotso Kamga Tchoupo Essomba Tabe Ndongo Djoumessi Fru Abega Talla Nkeng",
)

OF_COUNTRY = {
    "SN": SENEGAMBIA, "ML": MANDE, "GN": MANDE, "CI": AKAN, "BF": VOLTAIC, "BJ": GBE, "TG": GBE,
    "NE": SAHEL, "SL": MANO_RIVER, "LR": MANO_RIVER, "GW": LUSOPHONE, "CV": LUSOPHONE,
    "MR": MOORISH, "MA": MAGHREB, "TN": MAGHREB, "MG": MALAGASY, "CM": CAMEROON,
}  # fmt: skip


def invented_name(chance: Random, country: str, gender: str) -> str:
    """Return a first and a family name; an `x` gets a first name of either list."""
    names = OF_COUNTRY[country]
    first = {"f": names.women, "m": names.men}.get(gender, names.women + names.men)
    return f"{chance.choice(first)} {chance.choice(names.families)}"


def invented_email(name: str, number: int) -> str:
    """Return an address that no mail server will ever accept, unique by its number."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = "".join(each if each.isalnum() else "." for each in plain)
    return f"{letters}.{number}@example.org"


def invented_phone(prefix: str, number: int) -> str:
    """Return a number in E.164 that no network can have given out, unique by its number."""
    return f"{prefix}000{number:06d}"
