"""Which real institutions the demonstration takes for centres, and under which codes. Pure.

A code is the country, three letters for the town (those of its airport where it has one), and a
number. That any of these institutions lends a room to the network is invented.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from centres.agreement import AgreementState
from centres.gazetteer import Precision
from centres.geo import Point
from seed.world.values import Reference

_TABLE = """
SN-DKR-01 auf-sn-02      SN-DKR-02 odc-sn-01      SN-DKR-03 ror:0336w4p56  SN-THS-01 auf-sn-04
SN-ZIG-01 odc-sn-05      SN-XLS-01 auf-sn-06      SN-KLC-01 pi-sn-002
ML-BKO-01 auf-ml-01      ML-BKO-02 odc-ml-01      ML-SZU-01 odc-ml-02
CI-ABJ-01 auf-ci-01      CI-ABJ-02 odc-ci-01      CI-BYK-01 pi-ci-004      CI-HGO-01 pi-ci-006
GN-CKY-01 auf-gn-01      GN-CKY-02 odc-gn-01      GN-KNN-01 pi-gn-004
GW-OXB-01 odc-gw-01
BF-OUA-01 auf-bf-01      BF-OUA-02 odc-bf-01      BF-BOY-01 odc-bf-02      BF-KDG-01 ror:02hrqje66
SL-FNA-01 odc-sl-01      SL-KBS-01 ror:02zy6dj62
LR-MLW-01 odc-lr-01
BJ-COO-01 auf-bj-01      BJ-COO-02 ror:03py4wj84  BJ-PKO-01 ror:025wndx93
TG-LFW-01 auf-tg-01      TG-LRL-01 pi-tg-001
NE-NIM-01 auf-ne-02      NE-ZND-01 ror:00yfma824  NE-MFQ-01 ror:04st9j994
MR-NKC-01 auf-mr-01
CV-RAI-01 pi-cv-002
MA-RBA-01 auf-ma-02      MA-CMN-01 auf-ma-07      MA-AGA-01 odc-ma-02      MA-OUD-01 auf-ma-03
TN-TUN-01 auf-tn-01      TN-TUN-02 odc-tn-01      TN-SFA-01 ror:04d4sd432
MG-TNR-01 auf-mg-02      MG-WFI-01 pi-mg-006
CM-YAO-01 auf-cm-02      CM-DLA-01 auf-cm-04      CM-DLA-02 odc-cm-01      CM-NGE-01 auf-cm-03
"""
_WORDS = _TABLE.split()

SITES: Mapping[str, str] = MappingProxyType(dict(zip(_WORDS[::2], _WORDS[1::2], strict=True)))

# All others are open.
PIPELINE: Mapping[str, AgreementState] = MappingProxyType(
    {
        "SN-KLC-01": AgreementState.NEGOTIATING,
        "NE-MFQ-01": AgreementState.NEGOTIATING,
        "GN-KNN-01": AgreementState.PROSPECT,
        "MA-OUD-01": AgreementState.AGREED,
        "BF-KDG-01": AgreementState.SUSPENDED,
    }
)
# Agreements that end within the horizon, by the last week that they cover.
ENDING_SOON: Mapping[str, int] = MappingProxyType({"CI-HGO-01": 20, "TG-LRL-01": 22})
CLOSED_FOR_A_WEEK: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"SN-XLS-01": (9, "Examens du semestre (fermeture supposée)")}
)


@dataclass(frozen=True, slots=True)
class Site:
    """A real institution at which the demonstration puts a centre."""

    code: str
    host_code: str
    name: str
    kind: str
    city: str
    country: str
    point: Point
    precision: Precision
    source: str


def host_code(reference_id: str) -> str:
    """Return the code of a host, for ever the same for the same row of the reference data."""
    return reference_id.replace(":", "-")


def institution_kind(name: str, name_local: str = "") -> str:
    """Return "university" for what calls itself one, else "institute"."""
    return "university" if "universi" in f"{name} {name_local}".lower() else "institute"


def local_name(name: str, name_local: str) -> str:
    """Return the name in the country's language where the data hold one, else the other."""
    chosen = (name_local.split(";")[0] or name).strip()
    return chosen[:1].upper() + chosen[1:]


def chosen_sites(reference: Reference) -> list[Site]:
    """Return the sites in the order of their codes' table; raises KeyError for a missing row."""
    known: dict[str, Site] = {}
    for auf in reference.auf_sites:
        known[auf.id] = Site(
            code="",
            host_code=host_code(auf.id),
            name=auf.name,
            kind="auf_site",
            city=auf.city,
            country=auf.country_iso2,
            point=auf.point,
            precision=auf.precision,
            source=auf.source,
        )
    for orange in reference.orange_centres:
        known[orange.id] = Site(
            code="",
            host_code=host_code(orange.id),
            name=orange.name,
            kind="orange_digital_center",
            city=orange.city,
            country=orange.country_iso2,
            point=orange.point,
            precision=orange.precision,
            source=orange.source,
        )
    for place in reference.institutions:
        if place.point is not None and place.precision is not None:
            name = local_name(place.name, place.name_local)
            known[place.id] = Site(
                code="",
                host_code=host_code(place.id),
                name=name,
                kind=institution_kind(place.name, place.name_local),
                city=place.city,
                country=place.country_iso2,
                point=place.point,
                precision=place.precision,
                source=f"{place.source} ; {place.source_ref}",
            )
    return [_coded(known[reference_id], code) for code, reference_id in SITES.items()]


def _coded(site: Site, code: str) -> Site:
    if code[:2] != site.country:
        raise ValueError(f"{site.host_code} does not stand in the country of {code}")
    return replace(site, code=code)
