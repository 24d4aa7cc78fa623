"""Writes api/server/src/demo/company.csv: the invented company that `taiwa demo` imports.

Usage: python tests/tools/demo_company.py [--check]

--check compares the committed file instead of writing it. Nothing is random: the same script gives
the same company. People, company and addresses are made up; the names are common ones, combined.
"""

import csv
import datetime
import io
import pathlib
import sys
from dataclasses import dataclass, field

TARGET = pathlib.Path(__file__).parents[2] / "api/server/src/demo/company.csv"

# Kanji, kana and the Latin letters of the address.
FAMILY_JA = """佐藤:サトウ:sato 鈴木:スズキ:suzuki 高橋:タカハシ:takahashi 田中:タナカ:tanaka 伊藤:イトウ:ito
渡辺:ワタナベ:watanabe 山本:ヤマモト:yamamoto 中村:ナカムラ:nakamura 小林:コバヤシ:kobayashi 加藤:カトウ:kato
吉田:ヨシダ:yoshida 山田:ヤマダ:yamada 佐々木:ササキ:sasaki 山口:ヤマグチ:yamaguchi 松本:マツモト:matsumoto
井上:イノウエ:inoue 木村:キムラ:kimura 林:ハヤシ:hayashi 斎藤:サイトウ:saito 清水:シミズ:shimizu
山崎:ヤマザキ:yamazaki 森:モリ:mori 池田:イケダ:ikeda 橋本:ハシモト:hashimoto 阿部:アベ:abe
石川:イシカワ:ishikawa 山下:ヤマシタ:yamashita 中島:ナカジマ:nakajima 石井:イシイ:ishii 小川:オガワ:ogawa
前田:マエダ:maeda 岡田:オカダ:okada 長谷川:ハセガワ:hasegawa 藤田:フジタ:fujita 後藤:ゴトウ:goto
近藤:コンドウ:kondo 村上:ムラカミ:murakami 遠藤:エンドウ:endo 青木:アオキ:aoki 坂本:サカモト:sakamoto
福田:フクダ:fukuda 太田:オオタ:ota 西村:ニシムラ:nishimura 藤井:フジイ:fujii 金子:カネコ:kaneko
岡本:オカモト:okamoto 藤原:フジワラ:fujiwara 中野:ナカノ:nakano 三浦:ミウラ:miura 原田:ハラダ:harada
中川:ナカガワ:nakagawa 松田:マツダ:matsuda 竹内:タケウチ:takeuchi 小野:オノ:ono 田村:タムラ:tamura
中山:ナカヤマ:nakayama 和田:ワダ:wada 石田:イシダ:ishida 上田:ウエダ:ueda 森田:モリタ:morita
柴田:シバタ:shibata 酒井:サカイ:sakai 工藤:クドウ:kudo 横山:ヨコヤマ:yokoyama 宮崎:ミヤザキ:miyazaki
宮本:ミヤモト:miyamoto 内田:ウチダ:uchida 髙木:タカギ:takagi 安藤:アンドウ:ando 谷口:タニグチ:taniguchi
大野:オオノ:ono 丸山:マルヤマ:maruyama 今井:イマイ:imai 河野:コウノ:kono 藤本:フジモト:fujimoto
村田:ムラタ:murata 武田:タケダ:takeda 上野:ウエノ:ueno 杉山:スギヤマ:sugiyama 増田:マスダ:masuda
菅原:スガワラ:sugawara 平野:ヒラノ:hirano 大塚:オオツカ:otsuka 千葉:チバ:chiba 久保:クボ:kubo
松井:マツイ:matsui 岩崎:イワサキ:iwasaki 野口:ノグチ:noguchi 新井:アライ:arai 渡邉:ワタナベ:watanabe"""

GIVEN_JA = """翔太:ショウタ:shota 美咲:ミサキ:misaki 健太:ケンタ:kenta 彩:アヤ:aya 大輔:ダイスケ:daisuke
陽子:ヨウコ:yoko 拓也:タクヤ:takuya 愛:アイ:ai 直樹:ナオキ:naoki 由美子:ユミコ:yumiko
和也:カズヤ:kazuya 真由美:マユミ:mayumi 亮:リョウ:ryo 恵:メグミ:megumi 誠:マコト:makoto
さくら:サクラ:sakura 雄一:ユウイチ:yuichi 千尋:チヒロ:chihiro 隆:タカシ:takashi 麻衣:マイ:mai
浩二:コウジ:koji 奈々:ナナ:nana 学:マナブ:manabu 優子:ユウコ:yuko 慎吾:シンゴ:shingo
香織:カオリ:kaori 達也:タツヤ:tatsuya 友美:トモミ:tomomi 俊介:シュンスケ:shunsuke 智子:トモコ:tomoko
剛:ツヨシ:tsuyoshi 沙織:サオリ:saori 修平:シュウヘイ:shuhei 里奈:リナ:rina 啓介:ケイスケ:keisuke
葵:アオイ:aoi 祐樹:ユウキ:yuki 詩織:シオリ:shiori 康平:コウヘイ:kohei 瞳:ヒトミ:hitomi
純一:ジュンイチ:junichi 舞:マイ:mai 哲也:テツヤ:tetsuya 遥:ハルカ:haruka 裕太:ユウタ:yuta
理恵:リエ:rie 聡:サトシ:satoshi 明日香:アスカ:asuka 光:ヒカル:hikaru 春菜:ハルナ:haruna
悠斗:ユウト:yuto 結衣:ユイ:yui 龍之介:リュウノスケ:ryunosuke 千夏:チナツ:chinatsu 圭:ケイ:kei
あゆみ:アユミ:ayumi 宏:ヒロシ:hiroshi 菜摘:ナツミ:natsumi 勇気:ユウキ:yuki 琴音:コトネ:kotone"""

FAMILY_EN = """Adams Bennett Brooks Campbell Carter Chen Coleman Cooper Diaz Edwards Evans Foster Garcia
Gonzalez Gray Hayes Hughes Jenkins Johnson Kelly Kim Lee Lopez Martin Mitchell Morgan Murphy Nguyen
O'Brien Ortiz Parker Patel Perry Powell Ramirez Reed Rivera Robinson Ross Sanders Shah Simmons
Sullivan Torres Turner Ward Watson Wright"""
GIVEN_EN = """Olivia Liam Emma Noah Ava Ethan Sophia Mason Isabella Lucas Mia James Charlotte Benjamin
Amelia Henry Harper Daniel Evelyn Matthew Abigail Samuel Emily David Ella Joseph Grace Carlos Priya
Kevin Nora Anthony Hannah Ryan Maya Marcus Leah Jason Zoe Andrew"""
FAMILY_DE = """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch
Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange
Werner Krause Lehmann Köhler Maier Yılmaz Kaya Nowak Jansen Vogel Friedrich Keller Günther Berger
Winkler Lorenz Baumann"""
GIVEN_DE = """Anna Lukas Lea Felix Julia Jonas Katharina Maximilian Sophie Paul Laura Leon Marie Tim
Hannah Niklas Lisa Jan Johanna Moritz Clara Philipp Nina Tobias Franziska Sebastian Elif Stefan
Greta Florian Theresa Matthias Carla Andreas Miriam Jürgen"""

PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "'": "", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)

FLEX_EARLY = "月〜金 8:00-12:00 13:00-17:00"
# Those who stay late are still there in Berlin's morning.
FLEX_LATE = "月〜金 10:00-13:00 14:00-19:00"
LONG = "Mon-Fri 9:00-12:00 13:00-19:00"
US = "Mon-Fri 09:00-12:00 13:00-17:30"
US_EARLY = "Mon-Fri 08:00-12:00 13:00-16:30"
# The evenings are Tokyo's next morning.
US_BRIDGE = "Mon-Thu 09:00-12:00 13:00-17:00 18:30-20:30; Fri 09:00-12:00 13:00-16:00"
DE = "Mon-Fri 09:00-12:30 13:30-18:00"
DE_EARLY = "Mon-Thu 08:00-12:00 12:45-17:00; Fri 08:00-14:00"

ZONES = {
    "Tokyo": "Asia/Tokyo",
    "Osaka": "Asia/Tokyo",
    "New York": "America/New_York",
    "Berlin": "Europe/Berlin",
}
HEADERS = """社員番号 姓 名 セイ メイ ビジネスネーム メールアドレス 所属 役職 雇用区分 上司社員番号 兼務上司
兼務 入社日 休職開始日 休職終了日 タイムゾーン 言語 勤務時間 勤務形態""".split()


@dataclass(eq=False)
class Person:
    """One row, before it has a number."""

    office: str
    department: str
    position: str
    manager: "Person | None"
    joined: datetime.date
    hours: str = ""
    kind: str = "正社員"
    style: str = "出社"
    family: str = ""
    given: str = ""
    family_kana: str = ""
    given_kana: str = ""
    business: str = ""
    email: str = ""
    number: str = ""
    leave: tuple[str, str] = ("", "")
    posts: list[str] = field(default_factory=list)
    dotted: list["Person"] = field(default_factory=list)


class Company:
    """Collects people; every choice is a step through a list, never a throw of dice."""

    def __init__(self):
        self.people: list[Person] = []
        self.by_office: dict[str, int] = {}
        self.emails: set[str] = set()
        self.names: dict[str, int] = {}

    def add(self, office, department, position, manager, since=None, **more) -> Person:
        step = len(self.people)
        joined = since or self.hired(office, step)
        person = Person(office, department, position, manager, joined, **more)
        turn = self.by_office.get(office, 0)
        self.by_office[office] = turn + 1
        if not person.hours:
            person.hours = self.hours(office, turn)
        if person.kind == "正社員" and "style" not in more:
            person.style = ("ハイブリッド", "出社", "ハイブリッド", "在宅", "出社")[turn % 5]
        self.name(person)
        self.people.append(person)
        return person

    def team(self, office, department, manager, size, head, titles, **more) -> Person:
        """A head and the people below; returns the head."""
        lead = self.add(office, department, head, manager, since=self.senior(office), **more)
        for index in range(size):
            self.add(office, department, titles[index % len(titles)], lead)
        return lead

    def division(self, office, path, manager, sections, staff) -> Person:
        """A 部長 with sections below and people without one; returns the 部長."""
        lead = self.add(office, path, "部長", manager, since=self.senior(office))
        for section, size, titles in sections:
            self.team(office, f"{path}/{section}", lead, size, "課長", titles)
        for title in staff:
            self.add(office, path, title, lead)
        return lead

    def at(self, department, position, index=0) -> Person:
        """The people with a post in the order they were added."""
        return [
            person
            for person in self.people
            if person.department.endswith(department) and person.position == position
        ][index]

    def hired(self, office, step):
        """Japan hires in April and, mid-career, on the first of any month; others on any Monday."""
        if office in ("Tokyo", "Osaka"):
            year = 2010 + (step * 7) % 17
            month = 4 if step % 3 else (1, 2, 5, 7, 8, 10, 11, 12)[step // 3 % 8]
            return datetime.date(year, min(month, 10) if year == 2026 else month, 1)
        day = datetime.date(2016 + (step * 5) % 10, 1 + (step * 11) % 12, 1 + (step * 13) % 28)
        return day + datetime.timedelta(days=-day.weekday() % 7)

    def senior(self, office):
        """Heads have been there longer."""
        step = len(self.people)
        if office in ("Tokyo", "Osaka"):
            return datetime.date(1999 + (step * 3) % 17, 4 if step % 4 else 10, 1)
        day = datetime.date(2012 + (step * 3) % 9, 1 + (step * 5) % 12, 9)
        return day + datetime.timedelta(days=-day.weekday() % 7)

    def hours(self, office, turn):
        if office == "New York":
            return US_EARLY if turn % 4 == 3 else US
        if office == "Berlin":
            return DE_EARLY if turn % 4 == 1 else DE
        # Blank means the company's own hours, Monday to Friday 9–12 and 13–18.
        return {4: FLEX_EARLY, 9: FLEX_LATE}.get(turn % 11, "")

    def name(self, person):
        """Steps of different length through both lists, so that pairs repeat late."""
        script = {"New York": "en", "Berlin": "de"}.get(person.office, "ja")
        # A few people in Tokyo came from abroad, and the other way round.
        turn = self.by_office[person.office]
        if (person.office, turn) in {("Tokyo", 23), ("Tokyo", 77), ("Osaka", 19)}:
            script = "en"
        if (person.office, turn) in {("New York", 9), ("New York", 26), ("Berlin", 14)}:
            script = "ja"
        count = self.names[script] = self.names.get(script, -1) + 1
        if script == "ja":
            families, givens = FAMILY_JA.split(), GIVEN_JA.split()
            family = families[count * 37 % len(families)]
            given = givens[(count * 17 + count // len(givens)) % len(givens)]
            person.family, person.family_kana, latin_family = family.split(":")
            person.given, person.given_kana, latin_given = given.split(":")
        else:
            families = (FAMILY_EN if script == "en" else FAMILY_DE).split()
            givens = (GIVEN_EN if script == "en" else GIVEN_DE).split()
            person.family = latin_family = families[count * 11 % len(families)]
            person.given = latin_given = givens[(count * 7 + count // len(givens)) % len(givens)]
        base = f"{latin_given}.{latin_family}".translate(PLAIN).lower()
        email, again = base, 1
        while email in self.emails:
            again += 1
            email = f"{base}{again}"
        self.emails.add(email)
        person.email = f"{email}@example.com"


ENGINEERS = ("エンジニア", "エンジニア", "シニアエンジニア", "エンジニア")
REPS = ("メンバー", "メンバー", "主任")


def japan(company):
    """Tokyo and Osaka; returns the head of the company."""
    day = datetime.date
    president = company.add(
        "Tokyo", "経営", "社長", None, since=day(1998, 4, 1), hours=LONG, kind="役員"
    )

    def head(department, position, since, **more):
        return company.add("Tokyo", department, position, president, since=since, **more)

    dev = head("開発本部", "本部長", day(2001, 4, 1), kind="役員", hours=LONG)
    sales = head("営業本部", "本部長", day(2000, 4, 1), kind="役員", hours=FLEX_LATE)
    admin = head("管理本部", "本部長", day(2003, 7, 1), kind="役員")
    people = head("人事部", "部長", day(2006, 4, 1), hours=FLEX_LATE)
    planning = head("経営/経営企画室", "室長", day(2009, 10, 1))
    for title in ("メンバー", "メンバー", "主任", "メンバー"):
        company.add("Tokyo", "経営/経営企画室", title, planning)
    development(company, dev)
    selling(company, sales)
    for section, size in (("採用課", 4), ("人材開発課", 4), ("労務課", 5)):
        company.team("Tokyo", f"人事部/{section}", people, size, "課長", ("メンバー", "主任"))
    for _ in range(2):
        company.add("Tokyo", "人事部", "HRBP", people)
    for section, size in (("経理部", 7), ("法務部", 4), ("情報システム部", 7)):
        company.team("Tokyo", f"管理本部/{section}", admin, size, "部長", ("メンバー", "主任"))
    company.team("Osaka", "管理本部/大阪総務部", admin, 5, "部長", ("メンバー",))
    return president


def development(company, head):
    """開発本部."""
    company.division(
        "Tokyo",
        "開発本部/プロダクト開発部",
        head,
        [
            ("基盤開発課", 7, ENGINEERS),
            ("アプリ開発課", 8, ENGINEERS),
            ("モバイル開発課", 6, ENGINEERS),
            ("デザイン課", 5, ("デザイナー", "シニアデザイナー")),
        ],
        ("プロダクトマネージャー", "プロダクトマネージャー", "アーキテクト"),
    )
    company.division(
        "Tokyo",
        "開発本部/プラットフォーム部",
        head,
        [("SRE課", 6, ENGINEERS), ("データ基盤課", 6, ENGINEERS), ("セキュリティ課", 4, ENGINEERS)],
        ("アーキテクト", "部長付"),
    )
    company.division(
        "Tokyo",
        "開発本部/品質保証部",
        head,
        [("品質課", 6, ("QAエンジニア",)), ("自動化推進課", 4, ("QAエンジニア",))],
        ("部長付", "QAエンジニア"),
    )
    company.division(
        "Osaka",
        "開発本部/大阪開発部",
        head,
        [("開発第一課", 6, ENGINEERS), ("開発第二課", 6, ENGINEERS)],
        ("アーキテクト", "部長付"),
    )


def selling(company, head):
    """営業本部."""
    company.division(
        "Tokyo",
        "営業本部/東日本営業部",
        head,
        [("第一営業課", 7, REPS), ("第二営業課", 8, REPS), ("第三営業課", 6, REPS)],
        ("部長付", "営業企画担当"),
    )
    company.division(
        "Osaka",
        "営業本部/西日本営業部",
        head,
        [("関西営業課", 7, REPS), ("中四国九州営業課", 6, REPS), ("西日本導入支援課", 5, REPS)],
        ("部長付", "営業事務"),
    )
    company.division(
        "Tokyo",
        "営業本部/カスタマーサクセス部",
        head,
        [("導入支援課", 6, REPS), ("サポート課", 8, ("メンバー",))],
        ("部長付", "メンバー"),
    )
    company.team("Tokyo", "営業本部/マーケティング部", head, 8, "部長", REPS)


def abroad(company, president):
    """New York and Berlin."""
    code = ("Engineer", "Senior Engineer", "Engineer")
    reps = ("Account Executive", "Account Executive", "Sales Engineer")
    care = ("Customer Success Manager", "Support Engineer")
    office = ("Office Manager", "HR Generalist", "Accountant", "Recruiter")
    for place, region, hours, since, teams in (
        (
            "New York",
            "Americas",
            US_BRIDGE,
            datetime.date(2012, 9, 4),
            [
                ("Sales/Enterprise", 6, reps),
                ("Sales/Mid-Market", 6, reps),
                ("Engineering/Integrations", 7, code),
                ("Engineering/Analytics", 6, code),
                ("Customer Success", 6, care),
                ("Operations", 4, office),
            ],
        ),
        (
            "Berlin",
            "Europe",
            DE,
            datetime.date(2014, 2, 3),
            [
                ("Sales/DACH", 6, reps),
                ("Sales/Nordics & Benelux", 5, reps),
                ("Engineering/Routing", 7, code),
                ("Customer Success", 6, care),
                ("Operations", 4, office),
            ],
        ),
    ):
        head = company.add(
            place, region, "Managing Director", president, since=since, hours=hours, style="出社"
        )
        for section, size, titles in teams:
            title = "Director" if "/" in section else "Manager"
            company.team(place, f"{region}/{section}", head, size, title, titles)
        for title in ("Chief of Staff", "Product Marketing Manager", "Legal Counsel"):
            company.add(place, region, title, head)


def part_timers(company):
    """People with hours of their own, and other kinds of contract."""
    for department, position, index, kind, hours in (
        ("サポート課", "メンバー", 0, "パート", "Mon-Thu 10:00-15:00"),
        ("サポート課", "メンバー", 2, "パート", "月・火・木 9:30-12:30 13:15-16:15"),
        ("サポート課", "メンバー", 5, "パート", "Tue-Fri 12:00-17:00"),
        ("サポート課", "メンバー", 7, "アルバイト", "Mon-Fri 14:00-19:00"),
        ("労務課", "メンバー", 1, "パート", "Mon-Thu 10:00-15:00"),
        ("経理部", "メンバー", 2, "短時間正社員", "月〜金 9:00-12:00 13:00-16:00"),
        ("デザイン課", "デザイナー", 1, "短時間正社員", "月〜金 9:30-12:00 13:00-16:00"),
        ("アプリ開発課", "エンジニア", 4, "時短", "月〜金 10:00-12:00 13:00-16:30"),
        ("マーケティング部", "メンバー", 3, "パート", "Mon-Wed 10:00-16:00"),
        ("大阪総務部", "メンバー", 1, "パート", "Mon-Thu 10:00-15:00"),
        ("大阪総務部", "メンバー", 3, "パート", "火〜金 9:00-14:00"),
        ("西日本導入支援課", "メンバー", 1, "短時間正社員", "月〜金 9:00-12:00 13:00-16:00"),
        ("Americas/Customer Success", "Support Engineer", 1, "パート", "Mon-Wed 09:00-15:00"),
        ("Americas/Operations", "Accountant", 0, "パート", "Tue-Thu 10:00-16:00"),
        ("Europe/Customer Success", "Support Engineer", 1, "パート", "Mon-Thu 09:00-13:30"),
        ("Europe/Engineering/Routing", "Engineer", 2, "パート", "Mon-Thu 09:00-12:30 13:15-16:00"),
        ("情報システム部", "メンバー", 1, "派遣社員", ""),
        ("東日本営業部", "営業企画担当", 0, "契約社員", ""),
        ("西日本営業部", "営業事務", 0, "契約社員", ""),
        ("SRE課", "エンジニア", 1, "契約社員", ""),
        ("法務部", "メンバー", 1, "受入出向", ""),
    ):
        person = company.at(department, position, index)
        person.kind = kind
        person.hours = hours or person.hours
        if hours:
            person.style = "出社"


def concurrent_posts(company):
    """兼務."""
    for department, position, index, posts in (
        ("管理本部", "本部長", 0, ["経営/経営企画室:担当役員"]),
        ("開発本部", "本部長", 0, ["開発本部/品質保証部:管掌役員"]),
        ("人事部", "部長", 0, ["経営/経営企画室:部長"]),
        ("情報システム部", "部長", 0, ["開発本部/プラットフォーム部/セキュリティ課:部長"]),
        ("セキュリティ課", "課長", 0, ["管理本部/情報システム部:セキュリティ担当"]),
        ("デザイン課", "課長", 0, ["営業本部/マーケティング部:クリエイティブ担当"]),
        ("マーケティング部", "部長", 0, ["経営/経営企画室:広報担当"]),
        ("大阪開発部", "部長", 0, ["人事部/採用課:大阪採用担当"]),
        ("プロダクト開発部", "アーキテクト", 0, ["開発本部/プラットフォーム部/SRE課:アドバイザー"]),
        ("データ基盤課", "シニアエンジニア", 0, ["経営/経営企画室:データ分析担当"]),
        ("関西営業課", "主任", 0, ["営業本部/マーケティング部:関西担当"]),
        ("大阪総務部", "部長", 0, ["人事部/労務課:大阪担当", "管理本部/経理部:大阪担当"]),
        ("人材開発課", "課長", 0, ["人事部/採用課:新卒採用担当"]),
        ("東日本営業部", "部長", 0, ["営業本部/カスタマーサクセス部:部長"]),
        ("Engineering/Routing", "Director", 0, ["開発本部/プロダクト開発部:欧州担当"]),
    ):
        company.at(department, position, index).posts = posts


def dotted_lines(company):
    """Second managers, all within reach of each other's working day."""
    at = company.at
    for report, manager in (
        (at("Engineering/Routing", "Director"), at("開発本部", "本部長")),
        (at("Europe/Sales/DACH", "Director"), at("営業本部", "本部長")),
        (at("Europe/Operations", "Manager"), at("人事部", "部長")),
        (at("Engineering/Integrations", "Director"), at("Engineering/Routing", "Director")),
        (at("Americas/Customer Success", "Manager"), at("Europe", "Managing Director")),
        (at("Europe", "Product Marketing Manager"), at("Americas", "Managing Director")),
        (at("デザイン課", "シニアデザイナー"), at("マーケティング部", "部長")),
        (at("データ基盤課", "シニアエンジニア"), at("経営企画室", "室長")),
        (at("情報システム部", "部長"), at("開発本部", "本部長")),
        (at("セキュリティ課", "課長"), at("情報システム部", "部長")),
        (at("プロダクト開発部", "アーキテクト"), at("プラットフォーム部", "部長")),
        (at("プロダクト開発部", "プロダクトマネージャー"), at("営業本部", "本部長")),
        (at("プロダクト開発部", "プロダクトマネージャー", 1), at("導入支援課", "課長")),
        (at("大阪開発部", "部長"), at("西日本営業部", "部長")),
        (at("大阪開発部", "アーキテクト"), at("プロダクト開発部", "部長")),
        (at("品質課", "QAエンジニア"), at("アプリ開発課", "課長")),
        (at("品質課", "QAエンジニア", 1), at("モバイル開発課", "課長")),
        (at("関西営業課", "主任"), at("マーケティング部", "部長")),
        (at("人事部", "HRBP"), at("開発本部", "本部長")),
        (at("人事部", "HRBP", 1), at("営業本部", "本部長")),
        (at("大阪総務部", "部長"), at("人事部", "部長")),
    ):
        report.dotted.append(manager)
        # Berlin's first hour is Tokyo's last.
        if (report.office, manager.office) == ("Berlin", "Tokyo"):
            report.hours = DE
    at("データ基盤課", "シニアエンジニア").dotted.append(at("プロダクト開発部", "部長"))


def events(company):
    """Leaves of absence, announced joiners and names used at work."""
    at = company.at
    at("アプリ開発課", "エンジニア", 1).leave = ("2026/11/2", "2027/3/31")
    at("第二営業課", "メンバー", 2).leave = ("2026/12/14", "2027/2/26")
    at("Europe/Sales/DACH", "Account Executive", 1).leave = ("2026-11-16", "2027-01-31")
    start = datetime.date(2027, 1, 4)
    company.add("Tokyo", "開発本部/プラットフォーム部/SRE課", "エンジニア", at("SRE課", "課長"), start)
    company.add(
        "Berlin",
        "Europe/Engineering/Routing",
        "Engineer",
        at("Engineering/Routing", "Director"),
        start,
    )
    for person, name in (
        (at("採用課", "課長"), "早川 {given}"),
        (at("第一営業課", "主任"), "三宅 {given}"),
        (at("基盤開発課", "シニアエンジニア"), "宮川 {given}"),
        (at("法務部", "部長"), "桐山 {given}"),
    ):
        person.business = name.format(given=person.given)


def shown(day: datetime.date, person: Person) -> str:
    """Dates as this export has them: the old payroll's eras, the new one's, and those abroad."""
    if person.office in ("New York", "Berlin"):
        return day.isoformat()
    if person.office == "Osaka" and day < datetime.date(2019, 5, 1):
        return f"平成{day.year - 1988}年{day.month}月{day.day}日"
    return f"{day.year}/{day.month}/{day.day}"


def table() -> str:
    company = Company()
    president = japan(company)
    abroad(company, president)
    part_timers(company)
    concurrent_posts(company)
    dotted_lines(company)
    events(company)
    # Numbers are given out in the order of joining.
    rows = sorted(enumerate(company.people), key=lambda item: (item[1].joined, item[0]))
    for number, (_, person) in enumerate(rows, 1):
        person.number = f"T{number:04}"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADERS)
    for _, person in rows:
        writer.writerow(
            [
                person.number,
                person.family,
                person.given,
                person.family_kana,
                person.given_kana,
                person.business,
                person.email,
                person.department,
                person.position,
                person.kind,
                person.manager.number if person.manager else "",
                ";".join(manager.number for manager in person.dotted),
                ";".join(person.posts),
                shown(person.joined, person),
                *person.leave,
                ZONES[person.office],
                "ja" if person.family_kana and person.office in ("Tokyo", "Osaka") else "en",
                person.hours,
                person.style,
            ]
        )
    return out.getvalue()


if __name__ == "__main__":
    if "--check" in sys.argv:
        if TARGET.read_text(encoding="utf-8") != table():
            sys.exit("company.csv differs from its script: run tests/tools/demo_company.py")
        print("1 passed, 0 failed")
    else:
        TARGET.write_text(table(), encoding="utf-8")
