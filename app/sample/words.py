"""Words of many places: people, companies, cities, job titles."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """Words divided by commas."""
    return [word.strip() for word in text.split(",")]


# culture: (first names, last names)
NAMES: dict[str, tuple[list[str], list[str]]] = {
    "english": (
        words(
            "James,Sarah,Michael,Emily,David,Jessica,Andrew,Laura,Daniel,Rebecca,Matthew,Katherine,"
            "Christopher,Hannah,Ryan,Amanda,Stephen,Rachel,Brian,Nicole,Kevin,Melissa,Gregory,Heather,"
            "Patrick,Olivia,Jonathan,Claire,Benjamin,Allison,Timothy,Charlotte,Scott,Vanessa,Peter,Monica,"
            "Craig,Natalie,Simon,Alice,Thomas,Grace,Robert,Diane,Paul,Joanna,Mark,Lindsay"
        ),
        words(
            "Anderson,Bennett,Carter,Davidson,Ellis,Fletcher,Graham,Harrison,Ingram,Jennings,Keller,Lawson,"
            "Mitchell,Newman,Osborne,Parker,Quinn,Reynolds,Sullivan,Turner,Underwood,Vaughn,Walsh,Young,"
            "Barrett,Coleman,Donovan,Everett,Fischer,Gallagher,Hughes,Irving,Jordan,Kemp,Lambert,Monroe,"
            "Nolan,Owens,Preston,Rhodes,Spencer,Thornton,Upton,Vance,Whitaker,Yates,Abbott,Brooks,Chambers,"
            "Drake,Marsh,Holloway,Pearce,Sharpe,Tate,Webb,Ashton,Clayton,Hayes,Stanton"
        ),
    ),
    "hispanic": (
        words(
            "Carlos,María,Javier,Lucía,Miguel,Ana,Alejandro,Carmen,Diego,Isabel,Fernando,Elena,Pablo,Marta,"
            "Ricardo,Paula,Sergio,Raquel,Andrés,Cristina,Jorge,Beatriz,Rafael,Silvia,Manuel,Patricia"
        ),
        words(
            "García,Martínez,López,Sánchez,Ramírez,Torres,Flores,Rivera,Gómez,Díaz,Morales,Ortiz,Castillo,"
            "Navarro,Romero,Herrera,Medina,Vargas,Delgado,Reyes,Iglesias,Molina,Serrano,Blanco,Domínguez,"
            "Vidal,Cortés,Fuentes"
        ),
    ),
    "german": (
        words(
            "Thomas,Sabine,Andreas,Katrin,Stefan,Anja,Michael,Claudia,Markus,Julia,Matthias,Birgit,Jürgen,"
            "Silke,Florian,Petra,Tobias,Monika,Sebastian,Nicole,Lukas,Lena,Jonas,Franziska,Christian,Heike"
        ),
        words(
            "Müller,Schmidt,Schneider,Fischer,Weber,Wagner,Becker,Hoffmann,Schäfer,Koch,Bauer,Richter,Klein,"
            "Wolf,Neumann,Schwarz,Zimmermann,Braun,Krüger,Hartmann,Lange,Werner,Krause,Lehmann,Maier,Köhler,"
            "Herrmann,König,Vogel,Brandt"
        ),
    ),
    "french": (
        words(
            "Nicolas,Sophie,Julien,Camille,Pierre,Isabelle,Antoine,Céline,Laurent,Nathalie,Mathieu,Aurélie,"
            "François,Hélène,Guillaume,Émilie,Thierry,Valérie,Olivier,Sandrine,Benoît,Chloé,Vincent,Manon"
        ),
        words(
            "Martin,Bernard,Dubois,Moreau,Laurent,Lefebvre,Michel,Roux,Fournier,Girard,Bonnet,Mercier,"
            "Blanchard,Garnier,Faure,Chevalier,Renard,Lemoine,Perrin,Clément,Gauthier,Masson,Marchand,Leroy,"
            "Barbier,Colin"
        ),
    ),
    "dutch": (
        words(
            "Jeroen,Sanne,Bart,Femke,Wouter,Marloes,Thijs,Anouk,Ruben,Lotte,Maarten,Eva,Joost,Iris,Sander,"
            "Linda,Niels,Mieke"
        ),
        words(
            "de Vries,Jansen,van den Berg,Bakker,Visser,Smit,Meijer,de Boer,Mulder,Bos,Vos,Peters,Hendriks,"
            "van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Kok,Verhoeven"
        ),
    ),
    "nordic": (
        words(
            "Erik,Anna,Lars,Karin,Johan,Ingrid,Anders,Maria,Mikael,Sofia,Henrik,Linnea,Magnus,Elin,Fredrik,"
            "Astrid,Nils,Hanna,Mats,Emma"
        ),
        words(
            "Andersson,Johansson,Lindberg,Bergström,Nilsson,Larsson,Eklund,Sandberg,Holm,Söderberg,Lindqvist,"
            "Nyström,Hedlund,Forsberg,Sjöberg,Wallin,Engström,Åkesson,Dahl,Norberg"
        ),
    ),
    "italian": (
        words(
            "Marco,Giulia,Luca,Francesca,Alessandro,Chiara,Matteo,Elisa,Davide,Valentina,Stefano,Federica,"
            "Paolo,Silvia,Roberto,Martina,Andrea,Laura"
        ),
        words(
            "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,"
            "De Luca,Mancini,Costa,Giordano,Rizzo,Lombardi,Moretti,Barbieri,Fontana"
        ),
    ),
    "indian": (
        words(
            "Amit,Priya,Rahul,Anjali,Vikram,Neha,Sanjay,Kavita,Arjun,Deepa,Rajesh,Pooja,Suresh,Meera,Karthik,"
            "Divya,Anil,Shreya,Manoj,Lakshmi,Rohan,Nisha,Vivek,Swati"
        ),
        words(
            "Sharma,Patel,Gupta,Iyer,Reddy,Mehta,Nair,Singh,Kapoor,Rao,Desai,Joshi,Menon,Chatterjee,Bose,"
            "Verma,Malhotra,Kulkarni,Banerjee,Pillai,Shah,Agarwal,Krishnan,Bhatt"
        ),
    ),
    "japanese": (
        words(
            "Hiroshi,Yuko,Takashi,Keiko,Kenji,Naomi,Satoshi,Ayumi,Daisuke,Mariko,Kazuo,Emi,Shota,Haruka,Ryo,"
            "Tomoko,Yusuke,Akiko"
        ),
        words(
            "Sato,Suzuki,Takahashi,Tanaka,Watanabe,Ito,Yamamoto,Nakamura,Kobayashi,Kato,Yoshida,Yamada,"
            "Sasaki,Matsumoto,Inoue,Kimura,Hayashi,Shimizu,Mori,Ishikawa,Hasegawa,Fujita"
        ),
    ),
    "chinese": (
        words(
            "Wei,Li Na,Jun,Mei Ling,Kai,Xin Yi,Jia Hao,Hui Min,Ming,Yan,Zhi Wei,Shu Fen,Hao,Pei Shan,Cheng,"
            "Ying,Darren,Michelle,Alvin,Serene"
        ),
        words("Tan,Lim,Chen,Wong,Lee,Ng,Goh,Wang,Zhang,Liu,Huang,Ong,Chua,Koh,Teo,Zhao,Xu,Lin,Yeo,Chan"),
    ),
    "slavic": (
        words(
            "Piotr,Agnieszka,Tomasz,Katarzyna,Marek,Ewa,Jan,Petra,Milan,Ivana,Andrei,Elena,Dmitri,Olga,"
            "Mateusz,Magdalena"
        ),
        words(
            "Nowak,Kowalski,Wiśniewski,Zieliński,Novák,Svoboda,Dvořák,Horvat,Popescu,Ionescu,Petrov,Ivanov,"
            "Kovács,Szabó,Lewandowski,Kamiński"
        ),
    ),
    "african": (
        words("Chidi,Amara,Kwame,Zainab,Thabo,Naledi,Emeka,Adaeze,Kofi,Abena,Tunde,Folake,Sipho,Fatima"),
        words("Okafor,Mensah,Adeyemi,Nkosi,Diallo,Owusu,Eze,Mokoena,Balogun,Dlamini,Traoré,Asante,Abiola,Okonkwo"),
    ),
}

# country: (region, share of companies, {culture: share}, [(city, state)])
COUNTRIES: dict[str, tuple[int, float, dict[str, float], list[tuple[str, str]]]] = {
    "United States": (
        0,
        47,
        {
            "english": 58,
            "hispanic": 13,
            "indian": 9,
            "chinese": 7,
            "german": 3,
            "italian": 4,
            "african": 3,
            "slavic": 3,
        },
        [
            (city, state)
            for city, state in (
                pair.split("/")
                for pair in words(
                    "Boston/Massachusetts,Chicago/Illinois,Austin/Texas,Dallas/Texas,Denver/Colorado,Atlanta/Georgia,"
                    "Seattle/Washington,Columbus/Ohio,Minneapolis/Minnesota,Charlotte/North Carolina,"
                    "Nashville/Tennessee,Phoenix/Arizona,San Diego/California,San Jose/California,Portland/Oregon,"
                    "Pittsburgh/Pennsylvania,Philadelphia/Pennsylvania,Tampa/Florida,Milwaukee/Wisconsin,"
                    "Salt Lake City/Utah,Kansas City/Missouri,Indianapolis/Indiana,Newark/New Jersey,"
                    "Richmond/Virginia"
                )
            )
        ],
    ),
    "Canada": (
        0,
        8,
        {"english": 52, "french": 18, "indian": 12, "chinese": 12, "slavic": 6},
        [
            ("Toronto", "Ontario"),
            ("Ottawa", "Ontario"),
            ("Montreal", "Quebec"),
            ("Vancouver", "British Columbia"),
            ("Calgary", "Alberta"),
        ],
    ),
    "United Kingdom": (
        1,
        10,
        {"english": 72, "indian": 10, "african": 7, "slavic": 6, "french": 5},
        [
            ("London", ""),
            ("Manchester", ""),
            ("Leeds", ""),
            ("Bristol", ""),
            ("Birmingham", ""),
            ("Edinburgh", ""),
            ("Reading", ""),
        ],
    ),
    "Germany": (
        1,
        8,
        {"german": 84, "slavic": 8, "italian": 4, "hispanic": 4},
        [
            ("Berlin", ""),
            ("Munich", ""),
            ("Hamburg", ""),
            ("Stuttgart", ""),
            ("Cologne", ""),
            ("Frankfurt", ""),
            ("Nuremberg", ""),
        ],
    ),
    "France": (
        1,
        5,
        {"french": 86, "african": 7, "hispanic": 4, "italian": 3},
        [("Paris", ""), ("Lyon", ""), ("Nantes", ""), ("Lille", ""), ("Toulouse", "")],
    ),
    "Netherlands": (
        1,
        4,
        {"dutch": 82, "german": 6, "english": 6, "slavic": 6},
        [("Amsterdam", ""), ("Rotterdam", ""), ("Utrecht", ""), ("Eindhoven", "")],
    ),
    "Sweden": (
        1,
        2.5,
        {"nordic": 92, "slavic": 4, "english": 4},
        [("Stockholm", ""), ("Gothenburg", ""), ("Malmö", "")],
    ),
    "Spain": (1, 2, {"hispanic": 96, "italian": 4}, [("Madrid", ""), ("Barcelona", ""), ("Valencia", "")]),
    "Italy": (1, 2, {"italian": 96, "german": 4}, [("Milan", ""), ("Turin", ""), ("Bologna", "")]),
    "Australia": (
        2,
        5,
        {"english": 68, "chinese": 12, "indian": 12, "italian": 8},
        [
            ("Sydney", "New South Wales"),
            ("Melbourne", "Victoria"),
            ("Brisbane", "Queensland"),
            ("Perth", "Western Australia"),
        ],
    ),
    "Singapore": (2, 2.5, {"chinese": 70, "indian": 18, "english": 12}, [("Singapore", "")]),
    "India": (
        2,
        2.5,
        {"indian": 100},
        [("Bengaluru", "Karnataka"), ("Mumbai", "Maharashtra"), ("Pune", "Maharashtra"), ("Hyderabad", "Telangana")],
    ),
    "Japan": (2, 1.5, {"japanese": 100}, [("Tokyo", ""), ("Osaka", ""), ("Nagoya", "")]),
}

REGIONS = ["NA", "EMEA", "APAC"]

# industry: (share, words that end a company name)
INDUSTRIES: dict[str, tuple[float, list[str]]] = {
    "Manufacturing": (
        20,
        words(
            "Manufacturing,Industries,Precision,Components,Fabrication,Tooling,Castings,Polymers,Packaging,"
            "Controls,Instruments"
        ),
    ),
    "Software": (17, words("Software,Systems,Labs,Analytics,Cloud,Digital,Technologies,Data,Networks,Interactive")),
    "Logistics": (12, words("Logistics,Freight,Transport,Shipping,Forwarding,Warehousing,Supply Chain,Lines,Carriers")),
    "Financial Services": (13, words("Financial,Capital,Insurance,Advisors,Credit,Wealth,Leasing,Mutual,Payments")),
    "Healthcare": (11, words("Health,Medical,Diagnostics,Therapeutics,Care Group,Clinics,Biosciences,Pharma,Imaging")),
    "Retail": (11, words("Retail,Outfitters,Stores,Home,Trading,Foods,Markets,Apparel,Brands")),
    "Business Services": (
        10,
        words("Consulting,Partners,Staffing,Facilities,Legal,Research,Services,Solutions,Associates"),
    ),
    "Energy & Utilities": (6, words("Energy,Power,Water,Renewables,Utilities,Grid,Solar,Gas & Electric")),
}

ROOTS = words(
    "North,East,West,South,Clear,Bright,Silver,Iron,Copper,Granite,Cedar,Maple,Oak,Birch,Harbor,"
    "River,Lake,Stone,Summit,Ridge,Valley,Prairie,Coastal,Pacific,Atlantic,Cascade,Sierra,Alpine,"
    "Falcon,Heron,Osprey,Beacon,Anchor,Keystone,Pioneer,Meridian,Vertex,Crescent,Sterling,Liberty,"
    "Union,Frontier,Compass,Lantern,Juniper,Aspen,Willow,Redwood,Blue,Grey,Fair,High,Long,Green,"
    "Amber,Cobalt"
)
ENDS = words(
    "field,bridge,gate,wood,brook,ford,point,view,stone,mark,crest,haven,land,side,port,well,worth,"
    "line,path,wick,dale,moor,burn,croft,lane,ham,mere,shore"
)
COINED = words(
    "Veltria,Orvanta,Kestrix,Numera,Altavio,Solvane,Tessaro,Quorvia,Lumenta,Arvelo,Cendrix,Dovanta,"
    "Elystra,Fenwick,Galvora,Helixa,Intravia,Jovanta,Kalidra,Lorvane,Mirantis,Novarra,Optera,Pralina,"
    "Ravelo,Serantis,Trivanta,Ultavia,Verado,Wexler,Xanthea,Ymira,Zentaro,Averio,Brevia,Corvalle,"
    "Domira,Estravia,Fortana,Grevia,Halvero,Iridia,Kordana,Levanto,Modena,Nexaro,Ostara,Pavonia,"
    "Rivena,Savaro,Tolvera,Vantara,Welkin,Zephra"
)

# What stands behind a name in each country, small companies first.
FORMS: dict[str, list[str]] = {
    "United States": ["", "", "", " Inc.", " LLC", " Group", " Corp.", " Co."],
    "Canada": ["", "", " Ltd.", " Inc.", " Group"],
    "United Kingdom": ["", " Ltd", " Ltd", " Group", " PLC"],
    "Germany": [" GmbH", " GmbH", " AG", " GmbH & Co. KG", ""],
    "France": [" SAS", " SARL", " SA", ""],
    "Netherlands": [" B.V.", " B.V.", " N.V.", ""],
    "Sweden": [" AB", " AB", ""],
    "Spain": [" S.L.", " S.A.", ""],
    "Italy": [" S.r.l.", " S.p.A.", ""],
    "Australia": ["", " Pty Ltd", " Pty Ltd", " Group"],
    "Singapore": [" Pte. Ltd.", " Pte. Ltd.", ""],
    "India": [" Pvt. Ltd.", " Pvt. Ltd.", " Ltd.", ""],
    "Japan": [" K.K.", " Co., Ltd.", ""],
}

# persona: (share, titles); the last one is nobody sales would call
TITLES: dict[str, tuple[float, list[str]]] = {
    "Economic buyer": (
        17,
        words(
            "CFO,Chief Financial Officer,VP Finance,Finance Director,Head of Finance,Director of Procurement,"
            "Head of Procurement,Chief Executive Officer,Managing Director,VP Finance & Administration"
        ),
    ),
    "Operations leader": (
        28,
        words(
            "COO,Chief Operating Officer,VP Operations,Director of Operations,Head of Operations,"
            "Operations Manager,Supply Chain Director,Head of Supply Chain,Plant Manager,VP Supply Chain,"
            "Director of Logistics,Logistics Manager"
        ),
    ),
    "Technical evaluator": (
        22,
        words(
            "CTO,CIO,IT Director,Head of IT,IT Manager,Enterprise Architect,Solutions Architect,"
            "Director of Engineering,Systems Engineer,Head of Information Systems,Integration Engineer"
        ),
    ),
    "Marketing leader": (
        9,
        words("CMO,VP Marketing,Marketing Director,Head of Marketing,Marketing Manager,Director of Digital Marketing"),
    ),
    "End user": (
        19,
        words(
            "Business Analyst,Operations Analyst,Demand Planner,Supply Planner,Project Coordinator,"
            "Procurement Specialist,Process Specialist,Logistics Coordinator,Production Planner,"
            "Reporting Analyst"
        ),
    ),
    "": (
        5,
        words("Consultant,Student,Intern,Independent Advisor,Graduate Researcher,Office Manager,Executive Assistant"),
    ),
}

# Whole words of a title, in the order they are tried.
PERSONA_WORDS: list[tuple[str, str]] = [
    *((word, "End user") for word in words("analyst,planner,coordinator,specialist")),
    *((word, "Marketing leader") for word in words("marketing,CMO")),
    *(
        (word, "Economic buyer")
        for word in words("CFO,financial,finance,procurement,executive officer,managing director")
    ),
    *((word, "Technical evaluator") for word in words("CTO,CIO,IT,architect,engineering,engineer,information systems")),
    *((word, "Operations leader") for word in words("COO,operating,operations,supply chain,plant manager,logistics")),
]

CALLS = words(
    "Intro call,Follow-up call,Left voicemail,Call: requirements,Call: pricing questions,"
    "Call back as agreed,Discovery call,Call: next steps,Qualification call"
)
MAILS = words(
    "Email: introduction,Email: following up,Email: case study attached,Email: meeting times,"
    "Email: pricing overview,Email: recap and next steps,Email: answer to your question,"
    "Email: security questionnaire"
)
SOCIALS = words("LinkedIn: connection request,LinkedIn: message,LinkedIn: reply to post")
CHORES = words(
    "Send proposal draft,Update mutual action plan,Prepare demo environment,Share reference contact,"
    "Check legal redlines"
)
MEETINGS = words(
    "Discovery meeting,Product demo,Technical deep dive,Pricing review,Stakeholder workshop,"
    "Executive briefing,Security review,Pilot kick-off,Contract walkthrough,Reference call"
)
NURTURE = words(
    "Email: planning maturity guide,Email: webinar invitation,Email: product newsletter,"
    "Email: benchmark report,Email: customer story,Email: event invitation"
)
