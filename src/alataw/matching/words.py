"""The home of the words that say what kind of thing a name names, by language: they tell nothing of which one it is.

    KIND_WORDS    station, zhan, vokzal, dworzec: left out of a name
    SOFT_WORDS    main, central: the same station is often named with and without
    SIDE_WORDS    east, upper, new: two of different sense never name one thing; given as beginnings of words

Words stand as they are written, in lower case, and in the grammatical forms in which they stand in names.
"""

from __future__ import annotations

KIND_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "ar": "محطة قطار قطارات سكة حديد السكك الحديدية",
        "az": "dəmiryol stansiyası stansiya vağzalı",
        "be": "станцыя чыгуначная чыгуначны чыгункі прыпыначны пункт прыпынак платформа вакзал раз'езд раз’езд бп "
        "оп ст",
        "bg": "гара гари железопътна жп спирка станция сп ж.п",
        "bs": "željeznička stanica stajalište kolodvor",
        "ca": "estació de baixador del ferrocarril",
        "cs": "os.st os osobní železniční železničná stanice stanica zastávka zast nádraží žst žel st výhybna",
        "da": "station stationen trinbræt jernbanestation s-togsstation",
        "de": "bahnhof bf bhf haltepunkt hp haltestelle bahnhaltestelle station bahnstation des der am",
        "el": "σιδηροδρομικός σιδηροδρομικη σταθμός σταθμος στάση στάσης σ.σ σ.σ. στ",
        "en": "railway station train rail railroad stop halt platform of the",
        "eo": "stacidomo stacio de fervoja",
        "es": "estación de ferrocarril tren apeadero del la",
        "et": "jaam raudteejaam raudteepeatus peatus peatuskoht",
        "eu": "geltokia tren",
        "fa": "ایستگاه راه آهن راه‌آهن قطار",
        "fi": "rautatieasema asema seisake liikennepaikka rautatieaseman",
        "fr": "gare de du des d la le halte ferroviaire station l",
        "ga": "stáisiún traenach iarnróid",
        "he": "תחנת רכבת הרכבת",
        "hr": "željeznička željeznički kolodvor postaja stanica stajalište",
        "hu": "vasútállomás állomás megállóhely megálló pályaudvar pu mh vá vm vmh mrh vasúti",
        "hy": "կայարան երկաթուղային",
        "is": "lestarstöð",
        "it": "stazione di ferroviaria fermata del della dei",
        "ja": "駅",
        "ka": "სადგური რკინიგზის",
        "kk": "станциясы станса бекеті вокзалы теміржол разъезі",
        "ko": "역",
        "ky": "станциясы темир жол бекети",
        "lb": "gare arrêt halt",
        "lt": "geležinkelio stotis stotelė stotele st gel",
        "lv": "stacija dzelzceļa pieturas punkts pietura stacijas",
        "mk": "железничка станица постојка",
        "mn": "өртөө төмөр зам замын буудал зөрлөг",
        "nb": "stasjon holdeplass jernbanestasjon",
        "nl": "station spoorwegstation treinstation halte station's",
        "nn": "stasjon haldeplass",
        "no": "stasjon holdeplass jernbanestasjon",
        "pl": "stacja kolejowa kolejowy przystanek dworzec osobowy po st",
        "pt": "estação ferroviária ferroviário apeadeiro de do da estacao",
        "ro": "gara gară halta haltă de mișcare stația statia hm hc h.m h.c. h.m. h feroviară cf",
        "ru": "станция железнодорожная железнодорожный жд ж/д вокзал платформа остановочный пункт оп о.п разъезд рзд "
        "ст пл пост бп ост",
        "sh": "železnička željeznička stanica kolodvor stajalište postaja",
        "sk": "os.st os osobné železničná železničné stanica zastávka zast nádražie žst žel st osobná výhybňa",
        "sl": "železniška postaja postajališče",
        "sq": "stacioni hekurudhor i trenit",
        "sr": "железничка станица стајалиште železnička stanica stajalište",
        "sv": "station järnvägsstation hållplats resecentrum stationen",
        "th": "สถานีรถไฟ สถานี",
        "tr": "garı gar tren istasyonu istasyon demiryolu durağı",
        "ug": "ۋوگزالى ئىستانسىسى پويىز",
        "uk": "станція залізнична залізничний зупинний пункт зупинка платформа вокзал роз'їзд роз’їзд оп зп з.п "
        "ст о.п пост бп рзд",
        "uz": "stansiyasi temir yoʻl bekati vokzali станцияси темир йўл",
        "vi": "ga",
        "zh": "站 火车站 火車站 车站 車站 铁路 鐵路",
    }.items()
}
"""Language to the words that name a kind of thing, or only join a name to it."""

ALL_KIND_WORDS = frozenset(
    word for words in KIND_WORDS.values() for word in words if len(word) > 2 or not word.isascii()
)
"""The kind words of every language, for names that tell none; short Latin ones may well be names there."""

KIND_SUFFIX = r"(?:火车站|火車站|铁路站|鐵路站|车站|車站|站|駅|역)$"
"""Kind words of scripts that write words together, at the end of a name."""

SOFT_WORDS = frozenset(
    "main central centralny centralna centralne central główny głowny głowna główna glowny glowna hauptbahnhof hbf "
    "centraal centrale centro centrum hlavní hlavná hlavna hlavni hl centrala centrală centrală főpályaudvar "
    "централен централна централь центральный центральная главный главная головний головна центральний центральна "
    "цэнтральны цэнтральная галоўны пассажирский пассажирская пасажирський пасажирська пасажирскі пасажырскі "
    "пасажырская centrinė keleivinė hovedbanegård hovedbanestasjon sentralstasjon centralstation pasažieru "
    "main's principala nord-est päärautatieasema κεντρικός město mesto sentral merkez merkezi".split()
)
"""Words for the main station of a town, or for its part for passengers."""

SIDE_WORDS: dict[str, str] = {
    beginning: sense
    for sense, beginnings in {
        "east": "vostoch skhidn shidn uskhod vschod wschod vychod istok istoch ost oster east keleti rytai rytin rytu "
        "austrum ida itain estului est",
        "west": "zapad zahidn zakhidn zakhod zachod west nyugati vakar rietum laane lansi vest ouest",
        "north": "sever pivnichn pivnochn polnoc pohnichn paunochn nord north eszaki siaur ziemel pohja pohjoi",
        "south": "yuzhn pivdenn paudnyov poludn juzhn yug jih juh sud suid south deli pietu dienvid louna etela",
        "upper": "verkhn verhn gorn gorni horn horni felso upper ober verchn virsh augs ulem yla sus",
        "lower": "nizhn nizhni doln dolni also lower unter nyzhn jos dol zemak alumi ala",
        "new": "nov novi novyi new neu uj nau jaun uus uusi nou nowy nowa nowe",
        "old": "star staryi old alt altes senas vec vana vanha vechi stary stara stare",
        "great": "velik velk bolsh wielk gross nagy liel suur mare vialik didz",
        "small": "mal malyi klein kis maz vaike pien mic mala maly male",
        "goods": "tovarn towarow gruz vantazhn tavarn nakladn teher krovin prekin freight guter marfa",
        "sorting": "sortirov sortuval sartav zriadov seriad rendez triaj skirstom skiroan rangier rozrzad",
        "port": "port portov portowa hafen kikoto sadam satama uost",
    }.items()
    for beginning in beginnings.split()
}
"""The beginning of a word, in ASCII, to what it tells."""

OTHER_KINDS: dict[str, str] = {
    word: kind
    for kind, words in {
        "metro": "метро metro metró metra metroasema μετρό метростанция метрополітену subway u-bahn u-bahnhof",
        "tram": "tram tramwaju tramwajowy трамвай трамвая трамвайная villamos",
        "bus": "autobusowy autobus автовокзал автостанція автостанция autobuszpályaudvar autogara busstation",
        "border control": "таможенный контролю пропуску мытны прапуску border",
        "depot": "depot depo депо lokomotywownia remiza",
        "suburban railway": "hév",
        "ferry": "паром паромная паромна ferry prom kikötő",
    }.items()
    for word in words.split()
}
"""A word that tells a thing to be another than a railway station, to what it is."""
