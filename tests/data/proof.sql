-- The Proof data: see README.md beside this file. Deterministic: no clock, no random.
PRAGMA foreign_keys = OFF;
PRAGMA encoding = 'UTF-8';
BEGIN;

-- The catalogue of a small record shop -------------------------------------------------------------------------------
CREATE TABLE artist (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    country CHAR(2),
    founded DATE,
    rating NUMERIC(5,2),
    active BOOLEAN,
    meta JSONB,
    tags TEXT,
    bio TEXT
);
INSERT INTO artist VALUES
    (1, 'Abba', 'SE', '1972-01-01', 4.5, 1, '{"label":"Polar","n":3,"nested":{"a":[1,2,{"x":"y"}]}}', 'pop,swedish', 'Swedish "pop", group'),
    (2, 'Björk', 'IS', '1977-06-15', 4.75, 1, '{"label":"One Little Indian","n":12,"f":1.50,"on":true,"quote\"key":"q","$":"dollar","0":"zero"}', 'pop', NULL),
    (3, 'Can', 'DE', '1968-06-01', NULL, 0, NULL, NULL, 'Krautrock' || char(10) || 'from Cologne'),
    (4, 'Devo', 'US', '1973-04-18', 3.25, NULL, 'null', 'wave', 'comma, here'),
    (5, 'Eno', 'GB', NULL, 4, 1, '[1,2,3]', '', '');

CREATE TABLE album (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    artist_id INTEGER REFERENCES artist(id),
    released DATE,
    price NUMERIC(10,2),
    score DOUBLE PRECISION,
    live BOOLEAN NOT NULL DEFAULT 0,
    details JSON,
    added TIMESTAMP,
    cover BLOB,
    uid UUID
);
CREATE INDEX album_artist_id_idx ON album(artist_id);
INSERT INTO album VALUES
    (1, 'Arrival', 1, '1976-10-11', 9.99, 4.0, 0, '{"tracks":10,"sides":["A","B"]}', '2024-02-29 12:00:00', x'00ff10', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
    (2, 'Waterloo', 1, '1974-03-04', 12.5, 3.5, 0, NULL, '2024-03-01 00:00:00.5', NULL, NULL),
    (3, 'Debut', 2, '1993-07-05', 20, 1e20, 0, '{"tracks":11}', '2024-03-02 08:15:30.123456', x'', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'),
    (4, 'Post', 2, '1995-06-13', NULL, NULL, 1, 'null', NULL, x'deadbeef', NULL),
    (5, 'Tago Mago', 3, '1971-02-01', 15.25, 0.00001, 1, '[]', '2023-12-31 23:59:59', NULL, NULL),
    (6, 'Orphan', NULL, NULL, 5, -1.5, 0, '"text"', '2024-02-29 12:00:01', NULL, NULL);

CREATE TABLE genre (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO genre VALUES (1, 'Rock'), (2, 'Pop'), (3, 'Electronic'), (4, 'Polka');

CREATE TABLE album_genre (
    album_id INTEGER NOT NULL REFERENCES album(id),
    genre_id INTEGER NOT NULL REFERENCES genre(id),
    PRIMARY KEY (album_id, genre_id)
);
INSERT INTO album_genre VALUES (1, 2), (2, 1), (2, 2), (3, 3), (4, 2), (4, 3), (5, 1);

-- One-to-one by the primary key; REFERENCES without a column means the parent's key.
CREATE TABLE profile (artist_id INTEGER PRIMARY KEY REFERENCES artist, url TEXT NOT NULL);
INSERT INTO profile VALUES (1, 'https://abba.example/'), (2, 'https://bjork.example/');

CREATE TABLE employee (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    reports_to INTEGER REFERENCES employee(id),
    buddy_id INTEGER REFERENCES employee(id)
);
INSERT INTO employee VALUES (1, 'Ann', NULL, 2), (2, 'Bob', 1, 1), (3, 'Cid', 1, NULL), (4, 'Dee', 2, 3);

CREATE TABLE address (id INTEGER PRIMARY KEY, city TEXT NOT NULL);
INSERT INTO address VALUES (1, 'Oslo'), (2, 'Rome'), (3, 'Lima');
-- Two foreign keys to one table, named, neither with an index.
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,
    billing_id INTEGER,
    shipping_id INTEGER,
    CONSTRAINT orders_billing_fk FOREIGN KEY (billing_id) REFERENCES address(id),
    CONSTRAINT orders_shipping_fk FOREIGN KEY (shipping_id) REFERENCES address(id)
);
INSERT INTO orders VALUES (1, 'R-1', 1, 2), (2, 'R-2', 2, 2), (3, 'R-3', 3, NULL);

CREATE TABLE region (country CHAR(2) NOT NULL, code TEXT NOT NULL, name TEXT, PRIMARY KEY (country, code));
INSERT INTO region VALUES ('NO', '03', 'Oslo'), ('IT', 'RM', 'Roma'), ('IT', '03', 'Lombardia');
CREATE TABLE shop (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country CHAR(2),
    code TEXT,
    FOREIGN KEY (country, code) REFERENCES region(country, code)
);
INSERT INTO shop VALUES (1, 'Nord', 'NO', '03'), (2, 'Sud', 'IT', 'RM'), (3, 'Web', NULL, NULL);

CREATE TABLE playlist (id INTEGER PRIMARY KEY, `weird col` TEXT, `sel,ect` TEXT);
INSERT INTO playlist VALUES (1, 'a b', 'x,y'), (2, NULL, 'plain'), (3, 'A,b(c)', '"quoted"');

CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT NOT NULL);
INSERT INTO doc VALUES (1, 'Cats', 'The fat cats sat on a mat'), (2, 'Dogs', 'A dog ate the fat rat');
CREATE VIRTUAL TABLE doc_fts USING fts5(title, body, content='doc', content_rowid='id');
INSERT INTO doc_fts(doc_fts) VALUES ('rebuild');
CREATE VIRTUAL TABLE note USING fts5(subject, body);
INSERT INTO note(rowid, subject, body) VALUES (1, 'first', 'hello world'), (2, 'second', 'goodbye world');

CREATE VIEW album_v AS SELECT id, title, artist_id, price FROM album;
CREATE VIEW artist_count AS SELECT artist_id, count(*) AS n FROM album GROUP BY artist_id;

-- Written in later issues; read as they are now ------------------------------------------------------------------------
CREATE TABLE w (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    qty INT DEFAULT 5,
    code TEXT,
    genre_id INTEGER,
    CONSTRAINT w_qty_check CHECK (qty >= 0),
    CONSTRAINT w_code_key UNIQUE (code),
    CONSTRAINT w_genre_id_fkey FOREIGN KEY (genre_id) REFERENCES genre(id)
);
INSERT INTO w VALUES (1, 'one', 1, 'C1', 1), (2, 'two', 2, 'C2', NULL), (3, 'three', NULL, NULL, 2);
CREATE TABLE w_log (id INTEGER PRIMARY KEY, w_id INTEGER, note TEXT);
CREATE TRIGGER w_after_insert AFTER INSERT ON w BEGIN INSERT INTO w_log(w_id, note) VALUES (new.id, 'added'); END;
CREATE TABLE w2 (a INTEGER NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b));
INSERT INTO w2 VALUES (1, 1, 'one'), (1, 2, 'two'), (2, 1, 'three');
CREATE TABLE nopk (n INTEGER, t TEXT);
INSERT INTO nopk VALUES (1, 'a'), (1, 'a'), (2, NULL);
CREATE TABLE gen (
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL,
    b INTEGER GENERATED ALWAYS AS (a * 2) STORED,
    c TEXT GENERATED ALWAYS AS ('c' || a) VIRTUAL
);
INSERT INTO gen(id, a) VALUES (1, 10), (2, 20);
CREATE TABLE strict_t (id INTEGER PRIMARY KEY, n INT, r REAL, t TEXT, b BLOB, x ANY) STRICT;
INSERT INTO strict_t VALUES (1, 1, 1.5, 'one', x'01', 'any'), (2, NULL, 2, NULL, NULL, 2), (3, 3, -0.25, '', x'', NULL);
CREATE TABLE kv (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
INSERT INTO kv VALUES ('a', '1'), ('b', NULL), ('ü', '3');

-- Every declared type: a usual row, the largest, the smallest, nulls, oddities -------------------------------------------
CREATE TABLE types (
    id INTEGER PRIMARY KEY,
    c_smallint SMALLINT, c_int2 INT2, c_int INT, c_bigint BIGINT, c_int8 INT8, c_unsigned UNSIGNED BIG INT, c_tinyint TINYINT,
    c_boolean BOOLEAN, c_bool BOOL,
    c_text TEXT, c_varchar VARCHAR(5), c_char CHAR(3), c_clob CLOB, c_uuid UUID,
    c_date DATE, c_datetime DATETIME, c_timestamp TIMESTAMP, c_timestamptz TIMESTAMPTZ, c_time TIME,
    c_real REAL, c_float FLOAT, c_double DOUBLE PRECISION,
    c_numeric NUMERIC(10,2), c_decimal DECIMAL(10,2),
    c_blob BLOB, c_json JSON, c_none, c_any ANY, c_int_or_text INTEGER_OR_TEXT, c_point POINT, c_interval INTERVAL
);
INSERT INTO types VALUES
    (1, 1, 2, 3, 4, 5, 6, 7, 1, 0, 'text', 'varch', 'ch', 'clob', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
     '2024-02-29', '2024-02-29 12:00:00', '2024-02-29T12:00:00', '2024-02-29 10:00:00+00', '12:30:00', 1.5, 2.25, 0.1, 4.5, 12.75,
     x'00ff', '{"a": 1,  "b":[1, 2]}', 'none', 'any', '12', 'POINT(1 2)', '1 day'),
    (2, 32767, 32767, 2147483647, 9223372036854775807, 9007199254740993, 9223372036854775807, 127, 1, 1, char(0x10FFFF), 'ooooo', 'ccc', '"quoted", and \ slash', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
     '9999-12-31', '9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59+00', '23:59:59.999', 1.7976931348623157e308, 1e15, 123456789012345680000.0, 99999999.99, 99999999.99,
     x'ffffffffffffffff', '[1e400,-0,1.50]', 9223372036854775807, 1.5, 12, x'0102', 'P1D'),
    (3, -32768, -32768, -2147483648, -9223372036854775808, -9007199254740993, 0, -128, 0, 0, '', '', '', '', '00000000-0000-0000-0000-000000000000',
     '0001-01-01', '0001-01-01 00:00:00', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00', '00:00:00', -1.7976931348623157e308, 5e-324, 1e-5, -99999999.99, -0.01,
     x'', '""', -9223372036854775808, -1.5, 'twelve', '', ''),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, 0, 0, 0, 0, 0, 0, 0, 'true', 'f', char(9) || char(13) || char(10) || '/\"' || char(1) || char(0x7f) || char(0x2028), ' x ', 'a(b)', 'clob', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
     '2024-2-3', '2024-02-29', '2024-02-29 12:00:00.5', '2024-02-29T12:00:00Z', '12:30', 9e999, -9e999, 1e14, 12, 100, x'5c', 'true', 1.0, x'00', 12.5, 7, 3);

-- Ten thousand rows, indexed ---------------------------------------------------------------------------------------------
CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    album_id INTEGER NOT NULL REFERENCES album(id),
    name TEXT NOT NULL,
    milliseconds INTEGER NOT NULL,
    composer TEXT,
    unit_price NUMERIC(10,2) NOT NULL
);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
INSERT INTO track
SELECT i, 1 + i % 5, printf('Track %05d', (i * 7919) % 10000), 60000 + (i * 104729) % 400000,
       CASE i % 3 WHEN 0 THEN NULL ELSE 'Composer ' || (i % 50) END, 0.99 + (i % 2)
FROM n;
CREATE INDEX track_album_id_idx ON track(album_id);
CREATE INDEX track_name_idx ON track(name);
CREATE INDEX track_milliseconds_idx ON track(milliseconds);

-- What strangers' files contain --------------------------------------------------------------------------------------------
-- Names.
CREATE TABLE `Odd Name` (`my id` INTEGER PRIMARY KEY, `my, name` TEXT, `dotted.name` TEXT, `quo"te` TEXT, `back``tick` TEXT, `paren(s)` TEXT);
INSERT INTO `Odd Name` VALUES (1, 'comma', 'dot', 'quote', 'tick', 'paren'), (2, 'c2', 'd2', 'q2', 't2', 'p2');
CREATE TABLE `odd child` (id INTEGER PRIMARY KEY, `odd id` INTEGER REFERENCES `Odd Name`(`my id`), note TEXT);
INSERT INTO `odd child` VALUES (1, 1, 'first'), (2, 1, 'second'), (3, NULL, 'none');
CREATE TABLE `Größe` (id INTEGER PRIMARY KEY, `Länge` INTEGER, `名前` TEXT);
INSERT INTO `Größe` VALUES (1, 10, '一'), (2, 20, NULL);
CREATE TABLE `a,b.c"d` (id INTEGER PRIMARY KEY, v TEXT);
INSERT INTO `a,b.c"d` VALUES (1, 'punctuated');
CREATE TABLE `order` (id INTEGER PRIMARY KEY, `select` TEXT, `group` TEXT, `order` INTEGER, `limit` INTEGER, `and` TEXT, `not` TEXT, `null` TEXT);
INSERT INTO `order` VALUES (1, 's1', 'g1', 2, 10, 'a1', 'n1', 'z1'), (2, 's2', 'g2', 1, 20, 'a2', 'n2', NULL);
CREATE TABLE `select` (id INTEGER PRIMARY KEY, `from` TEXT);
INSERT INTO `select` VALUES (1, 'f1');
CREATE TABLE `group` (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES `order`(id), `where` TEXT);
INSERT INTO `group` VALUES (1, 1, 'w1'), (2, NULL, 'w2');
CREATE TABLE empty_table (id INTEGER PRIMARY KEY, t TEXT);

-- Keys.
CREATE TABLE dangling (id INTEGER PRIMARY KEY, ghost_id INTEGER REFERENCES ghost(id), t TEXT);
INSERT INTO dangling VALUES (1, 7, 'boo');
CREATE TABLE lost (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist(id));
INSERT INTO lost VALUES (1, 1), (2, 999);
CREATE TABLE shouting (id INTEGER PRIMARY KEY, GENRE_ID INTEGER REFERENCES GENRE(Id));
INSERT INTO shouting VALUES (1, 2);
-- A partial unique index is no one-to-one; a full one is.
CREATE TABLE contact (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist(id), kind TEXT);
CREATE UNIQUE INDEX contact_main ON contact(artist_id) WHERE kind = 'main';
INSERT INTO contact VALUES (1, 1, 'main'), (2, 1, 'other'), (3, 2, 'main');
CREATE TABLE passport (id INTEGER PRIMARY KEY, artist_id INTEGER UNIQUE REFERENCES artist(id), number TEXT);
INSERT INTO passport VALUES (1, 2, 'IS-1'), (2, NULL, 'stateless');
-- A junction with a key of its own is no many-to-many.
CREATE TABLE artist_genre (id INTEGER PRIMARY KEY, artist_id INTEGER REFERENCES artist(id), genre_id INTEGER REFERENCES genre(id));
INSERT INTO artist_genre VALUES (1, 1, 2);
CREATE TABLE nocase (code TEXT COLLATE NOCASE PRIMARY KEY, t TEXT);
INSERT INTO nocase VALUES ('Abc', '1'), ('xyz', '2');
CREATE INDEX nocase_expr ON nocase(lower(t));

-- Views: traced, renamed, nested, joined, grouped, united, writable, broken.
CREATE VIEW artist_v AS SELECT id, name AS title, country FROM artist;
CREATE VIEW album_vv AS SELECT id, title, artist_id FROM album_v;
CREATE VIEW album_join AS SELECT al.id, al.title, al.artist_id, ar.name AS artist_name FROM album al JOIN artist ar ON ar.id = al.artist_id;
CREATE VIEW names_u AS SELECT id, name FROM artist UNION ALL SELECT id, title FROM album;
CREATE VIEW expr_v AS SELECT 1 AS one, 'two' AS two, NULL AS none, 1.5 AS half, x'ff' AS b, count(*) AS n FROM artist;
CREATE VIEW genre_rw AS SELECT id, name FROM genre;
CREATE TRIGGER genre_rw_insert INSTEAD OF INSERT ON genre_rw BEGIN INSERT INTO genre(name) VALUES (new.name); END;
CREATE TRIGGER genre_rw_delete INSTEAD OF DELETE ON genre_rw BEGIN DELETE FROM genre WHERE id = old.id; END;
CREATE VIEW broken_v AS SELECT * FROM no_such_table;
CREATE VIEW twice_v AS SELECT id AS a, name AS a FROM genre;

-- Values.
CREATE TABLE odd_values (id INTEGER PRIMARY KEY, j JSON, n INT, t TEXT, d DATE, f BOOLEAN);
INSERT INTO odd_values VALUES
    (1, '{not json', 'abc', 'plain', '2024-02-29', 1),
    (2, 'null', 12, CAST(x'61ff62' AS TEXT), 'soon', 7),
    (3, '{"a":1}', 1.5, CAST(x'610062' AS TEXT), 20240229, 'maybe'),
    (4, x'7b7d', x'00ff', x'c3a9', x'00', x'01'),
    (5, '[[[[[[[[]]]]]]]]', '12', CAST(x'eda080' AS TEXT), NULL, NULL);
COMMIT;
