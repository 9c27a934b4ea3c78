#!/usr/bin/env python3
"""Makes the demo database: a music shop with artists, albums, tracks, playlists, customers and invoices.

    demo/music.py OUT.db [--scale N] [--force]

Every name is invented by the syllables below, the random numbers come from a fixed seed: the same scale gives the same rows on every
machine. --scale N makes N times as many artists, albums, tracks, customers and invoices (the bench's larger databases).
"""
import argparse
import os
import random
import sqlite3
import sys

SCHEMA = """
CREATE TABLE artist (
    artist_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country CHAR(2),
    founded INTEGER
);
CREATE TABLE album (
    album_id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    artist_id INTEGER NOT NULL REFERENCES artist(artist_id),
    released DATE
);
CREATE TABLE genre (genre_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE media_type (media_type_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE track (
    track_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    album_id INTEGER NOT NULL REFERENCES album(album_id),
    media_type_id INTEGER NOT NULL REFERENCES media_type(media_type_id),
    genre_id INTEGER REFERENCES genre(genre_id),
    composer TEXT,
    milliseconds INTEGER NOT NULL CHECK (milliseconds > 0),
    bytes INTEGER,
    unit_price NUMERIC(10,2) NOT NULL
);
CREATE TABLE playlist (playlist_id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE playlist_track (
    playlist_id INTEGER NOT NULL REFERENCES playlist(playlist_id),
    track_id INTEGER NOT NULL REFERENCES track(track_id),
    PRIMARY KEY (playlist_id, track_id)
);
CREATE TABLE employee (
    employee_id INTEGER PRIMARY KEY,
    last_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    title TEXT,
    reports_to INTEGER REFERENCES employee(employee_id),
    birth_date DATE,
    hire_date DATE,
    city TEXT,
    email TEXT
);
CREATE TABLE customer (
    customer_id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT,
    city TEXT,
    country TEXT,
    email TEXT NOT NULL,
    support_rep_id INTEGER REFERENCES employee(employee_id)
);
CREATE TABLE invoice (
    invoice_id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer(customer_id),
    invoice_date TIMESTAMP NOT NULL,
    billing_city TEXT,
    billing_country TEXT,
    total NUMERIC(10,2) NOT NULL
);
CREATE TABLE invoice_line (
    invoice_line_id INTEGER PRIMARY KEY,
    invoice_id INTEGER NOT NULL REFERENCES invoice(invoice_id),
    track_id INTEGER NOT NULL REFERENCES track(track_id),
    unit_price NUMERIC(10,2) NOT NULL,
    quantity INTEGER NOT NULL
);
CREATE VIEW track_overview AS
    SELECT t.track_id, t.name, t.album_id, t.milliseconds, t.unit_price, al.title AS album, ar.name AS artist
    FROM track t JOIN album al ON al.album_id = t.album_id JOIN artist ar ON ar.artist_id = al.artist_id;
CREATE VIEW long_track AS SELECT track_id, name, album_id, milliseconds FROM track WHERE milliseconds >= 360000;
CREATE VIEW sales_by_country AS
    SELECT billing_country AS country, count(*) AS invoices, round(sum(total), 2) AS revenue FROM invoice GROUP BY billing_country;
"""

# Made after the rows: quicker, and the indexes come out packed.
INDEXES = """
CREATE INDEX artist_name_idx ON artist(name);
CREATE INDEX album_artist_id_idx ON album(artist_id);
CREATE INDEX track_name_idx ON track(name);
CREATE INDEX track_milliseconds_idx ON track(milliseconds);
CREATE INDEX track_album_id_idx ON track(album_id);
CREATE INDEX track_genre_id_idx ON track(genre_id);
CREATE INDEX track_media_type_id_idx ON track(media_type_id);
CREATE INDEX playlist_track_track_id_idx ON playlist_track(track_id);
CREATE INDEX employee_reports_to_idx ON employee(reports_to);
CREATE INDEX customer_support_rep_id_idx ON customer(support_rep_id);
CREATE INDEX invoice_customer_id_idx ON invoice(customer_id);
CREATE INDEX invoice_line_invoice_id_idx ON invoice_line(invoice_id);
CREATE INDEX invoice_line_track_id_idx ON invoice_line(track_id);
"""

ARTISTS, ALBUMS, TRACKS, CUSTOMERS, INVOICES, INVOICE_LINES = 275, 347, 3503, 59, 412, 2240

GENRES = [
    "Rock", "Jazz", "Metal", "Alternative", "Blues", "Latin", "Reggae", "Pop", "Soundtrack", "Bossa Nova", "Easy Listening",
    "Heavy Metal", "Soul", "Electronica", "World", "Hip Hop", "Science Fiction", "Drama", "Comedy", "Folk", "Opera", "Classical",
    "Dance", "Ambient", "Country",
]
MEDIA_TYPES = ["MPEG audio", "Protected AAC audio", "Protected MPEG-4 video", "Purchased AAC audio", "AAC audio"]
PLAYLISTS = [
    "Everything", "Sunday Morning", "Long Drive", "Kitchen", "Late Shift", "Rainy Window", "Running", "Nineties", "Quiet Reading",
    "Dinner Guests", "Loud", "Only Strings", "New This Month", "Instrumental", "Old Friends", "Train Home", "Unsorted", "Empty for Now",
]
COUNTRIES = [("SE", "Sweden"), ("IS", "Iceland"), ("DE", "Germany"), ("US", "USA"), ("GB", "United Kingdom"), ("BR", "Brazil"),
             ("FR", "France"), ("CA", "Canada"), ("JP", "Japan"), ("GR", "Greece"), ("IN", "India"), ("PT", "Portugal")]
ONSETS = ["b", "br", "c", "d", "dr", "f", "fl", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sh", "st", "t", "tr", "v", "w", "z"]
VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou", "ö", "é", "y"]
CODAS = ["", "", "", "n", "r", "l", "s", "m", "nd", "rk", "ss"]
ADJECTIVES = ["Silver", "Broken", "Hidden", "Electric", "Slow", "Northern", "Paper", "Golden", "Distant", "Wild", "Velvet", "Second",
              "Empty", "Burning", "Quiet", "Hollow", "Blue", "Lost", "Little", "Last"]
NOUNS = ["River", "Engine", "Garden", "Window", "Harbour", "Winter", "Machine", "Mirror", "Station", "Orchard", "Lantern", "Parade",
         "Island", "Letter", "Shadow", "Satellite", "Museum", "Carousel", "Compass", "Weather"]
TITLES = ["General Manager", "Sales Manager", "Sales Support Agent", "Sales Support Agent", "Sales Support Agent", "IT Manager",
          "IT Staff", "IT Staff"]
# Who reports to whom, by position: a tree of three levels.
REPORTS_TO = [None, 1, 2, 2, 2, 1, 6, 6]


class Inventor:
    """Draws names and dates; everything random of this program passes through one seeded generator."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def word(self, syllables):
        pick = self.random.choice
        text = "".join(pick(ONSETS) + pick(VOWELS) for _ in range(syllables)) + pick(CODAS)
        return text.capitalize()

    def person(self):
        return self.word(self.random.randint(1, 2)), self.word(2)

    def band(self):
        pick = self.random.choice
        return pick([
            lambda: self.word(2),
            lambda: " ".join(self.person()),
            lambda: f"The {pick(ADJECTIVES)} {pick(NOUNS)}s",
            lambda: f"{self.word(2)} & the {pick(NOUNS)}s",
            lambda: f"{pick(ADJECTIVES)} {self.word(1)}",
        ])()

    def title(self):
        pick = self.random.choice
        return pick([
            lambda: f"{pick(ADJECTIVES)} {pick(NOUNS)}",
            lambda: f"{pick(NOUNS)} of {self.word(2)}",
            lambda: f"{self.word(2)}",
            lambda: f"The {pick(NOUNS)}, the {pick(NOUNS)}",
            lambda: f"{pick(ADJECTIVES)} {pick(ADJECTIVES)} {pick(NOUNS)}",
            lambda: f"Don't Wake the {pick(NOUNS)}",
        ])()

    def date(self, first_year, last_year):
        draw = self.random.randint
        return f"{draw(first_year, last_year)}-{draw(1, 12):02}-{draw(1, 28):02}"


def shares(inventor, total, parents):
    """Parent of each of `total` children, ascending; every parent has one at least while they last."""
    extra = sorted(inventor.random.randint(1, parents) for _ in range(max(0, total - parents)))
    return sorted(list(range(1, min(total, parents) + 1)) + extra)


def rows(scale):
    """Yields (table, columns, rows) in the order of their foreign keys."""
    make = Inventor(20240229)
    draw, chance, pick = make.random.randint, make.random.random, make.random.choice
    artists, albums, tracks = ARTISTS * scale, ALBUMS * scale, TRACKS * scale
    customers, invoices, lines = CUSTOMERS * scale, INVOICES * scale, INVOICE_LINES * scale

    yield "artist", 4, [
        (i, make.band(), pick(COUNTRIES)[0] if chance() < 0.9 else None, draw(1955, 2020) if chance() < 0.8 else None)
        for i in range(1, artists + 1)
    ]
    # A quarter of the artists have no album: to-many embeds need empty ones.
    with_albums = artists * 3 // 4
    yield "album", 4, [
        (i, make.title(), artist, make.date(1960, 2023) if chance() < 0.95 else None)
        for i, artist in enumerate(shares(make, albums, with_albums), 1)
    ]
    yield "genre", 2, list(enumerate(GENRES, 1))
    yield "media_type", 2, list(enumerate(MEDIA_TYPES, 1))
    made_tracks = []
    for i, album in enumerate(shares(make, tracks, albums), 1):
        milliseconds = max(30_000, min(1_800_000, int(make.random.lognormvariate(12.4, 0.35))))
        composer = " ".join(make.person()) if chance() < 0.7 else None
        made_tracks.append((i, make.title(), album, draw(1, 5) if chance() < 0.2 else 1, draw(1, 25) if chance() < 0.97 else None,
                            composer, milliseconds, milliseconds * draw(28, 36), 1.99 if chance() < 0.06 else 0.99))
    yield "track", 9, made_tracks
    yield "playlist", 2, list(enumerate(PLAYLISTS, 1))
    members = [(1, track) for track in range(1, tracks + 1)]
    for playlist in range(2, len(PLAYLISTS)):
        members += [(playlist, track) for track in sorted(make.random.sample(range(1, tracks + 1), draw(15, 400)))]
    yield "playlist_track", 2, members
    staff = []
    for i, (title, boss) in enumerate(zip(TITLES, REPORTS_TO), 1):
        first, last = make.person()
        staff.append((i, last, first, title, boss, make.date(1960, 1995), make.date(2002, 2012), make.word(2), f"staff{i}@music.example"))
    yield "employee", 9, staff
    clients = []
    for i in range(1, customers + 1):
        first, last = make.person()
        company = f"{make.word(2)} {pick(['Ltd', 'AB', 'GmbH', 'S.A.'])}" if chance() < 0.2 else None
        clients.append((i, first, last, company, make.word(2), pick(COUNTRIES)[1], f"customer{i}@mail.example", draw(3, 5)))
    yield "customer", 8, clients
    sold = []
    for i, invoice in enumerate(shares(make, lines, invoices), 1):
        track = draw(1, tracks)
        sold.append((i, invoice, track, made_tracks[track - 1][8], 1 if chance() < 0.9 else 2))
    totals = [0] * (invoices + 1)
    for _, invoice, _, price, quantity in sold:
        totals[invoice] += round(price * 100) * quantity
    bills = []
    for i in range(1, invoices + 1):
        client = clients[draw(1, customers) - 1]
        stamp = f"{make.date(2019, 2023)} {draw(0, 23):02}:{draw(0, 59):02}:00"
        bills.append((i, client[0], stamp, client[4], client[5], totals[i] / 100))
    yield "invoice", 6, bills
    yield "invoice_line", 5, sold


def build(path, scale):
    database = sqlite3.connect(path)
    # A crash leaves a file that is made again: no need to wait for the disk.
    database.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;" + SCHEMA)
    with database:
        for table, width, values in rows(scale):
            database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", values)
    database.executescript(INDEXES)
    database.execute("ANALYZE")
    database.commit()
    database.close()


def main():
    parser = argparse.ArgumentParser(description="Make the demo's music database.")
    parser.add_argument("out", metavar="OUT.db")
    parser.add_argument("--scale", type=int, default=1, metavar="N", help="how many times the usual size (default 1)")
    parser.add_argument("--force", action="store_true", help="replace OUT.db if it exists")
    arguments = parser.parse_args()
    if arguments.scale < 1:
        parser.error("--scale must be 1 or more")
    if os.path.exists(arguments.out):
        if not arguments.force:
            sys.exit(f"music.py: {arguments.out} exists already (--force replaces it)")
        os.remove(arguments.out)
    build(arguments.out, arguments.scale)


if __name__ == "__main__":
    main()
