-- A journal that the first Sotto wrote (schema 1), dumped by the sqlite3 shell. Never changed: its hashes must hold for ever.
PRAGMA application_id = 0x534f5454;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE entry (
         sequence   INTEGER PRIMARY KEY,
         previous   BLOB NOT NULL,
         hash       BLOB NOT NULL,
         at_ms      INTEGER NOT NULL,
         supervisor TEXT NOT NULL,
         agent      TEXT NOT NULL,
         agent_id   TEXT NOT NULL,
         channel    TEXT NOT NULL,
         act        TEXT NOT NULL,
         mode       TEXT,
         scope      TEXT,
         event      TEXT NOT NULL,
         took_ms    INTEGER,
         error_code TEXT,
         server     TEXT NOT NULL,
         session    TEXT NOT NULL
     ) STRICT;
INSERT INTO entry VALUES(1,X'0000000000000000000000000000000000000000000000000000000000000000',X'daa65350eeed0616b38003029d615fe3efc700dfce4e16fd73ce81908faa9952',1794900000000,'sam','Ana','a-1','Voice','ListenIn','NextCall','Agent','Requested',NULL,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(2,X'daa65350eeed0616b38003029d615fe3efc700dfce4e16fd73ce81908faa9952',X'597dacd6c4f1bd055718d7d7317283918471e68b9813093603e02de8c80bbc43',1794900001000,'sam',replace('Zoë "Z" Ødegård\n','\n',char(10)),'a-2','Sms','Coach','NextCall',NULL,'Accepted',17,NULL,'https://gws.example','s-2');
INSERT INTO entry VALUES(3,X'597dacd6c4f1bd055718d7d7317283918471e68b9813093603e02de8c80bbc43',X'a9f7139d93fdf3cfb0bd70b6bf94a615ebb0f117d274793ab5a49bcebfab0db7',1794900002000,'sam','Ana','a-1','Voice','BargeIn','NextCall','Agent','Armed',NULL,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(4,X'a9f7139d93fdf3cfb0bd70b6bf94a615ebb0f117d274793ab5a49bcebfab0db7',X'fbd68a6d0652268de70831f745dc857fae6ec17b7ddb7f1fa15460efc0bfa8c4',1794900003000,'sam','Ana','a-1','Voice','ListenIn',NULL,NULL,'Offered',51,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(5,X'fbd68a6d0652268de70831f745dc857fae6ec17b7ddb7f1fa15460efc0bfa8c4',X'81e66e11ff0f4052a9090e905f593411ea58b8161f432467524bbd25318c1b70',1794900004000,'sam',replace('Zoë "Z" Ødegård\n','\n',char(10)),'a-2','Sms','Coach','NextCall','Agent','Live',NULL,NULL,'https://gws.example','s-2');
INSERT INTO entry VALUES(6,X'81e66e11ff0f4052a9090e905f593411ea58b8161f432467524bbd25318c1b70',X'dba4d6cbe5c839549dd1dde51aa025fcc069c1c5fe921dfc3bf40b1569f23ec8',1794900005000,'sam','Ana','a-1','Voice','BargeIn','NextCall',NULL,'ModeChanged',85,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(7,X'dba4d6cbe5c839549dd1dde51aa025fcc069c1c5fe921dfc3bf40b1569f23ec8',X'f447e95e5fe820cf155e7631fdf6271f5304715b2bd3ba17344c3814e61174a3',1794900006000,'sam','Ana','a-1','Voice','ListenIn','NextCall','Agent','Ended',NULL,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(8,X'f447e95e5fe820cf155e7631fdf6271f5304715b2bd3ba17344c3814e61174a3',X'6a5085755fe6c41b4aff6a1f60fe4cba173c43f50f9f464fa4ba57b4510efd99',1794900007000,'sam',replace('Zoë "Z" Ødegård\n','\n',char(10)),'a-2','Sms','Coach',NULL,NULL,'Cancelled',119,NULL,'https://gws.example','s-2');
INSERT INTO entry VALUES(9,X'6a5085755fe6c41b4aff6a1f60fe4cba173c43f50f9f464fa4ba57b4510efd99',X'07f28c84f6447f9ad93ea135aac09c039d78fa783fa09bfc5af4b351f079dd78',1794900008000,'sam','Ana','a-1','Voice','BargeIn','NextCall','Agent','Revoked',NULL,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(10,X'07f28c84f6447f9ad93ea135aac09c039d78fa783fa09bfc5af4b351f079dd78',X'4952ea828c239b08e46042fc7f39b80b8867795a7a527f7ab94656b8cc6deeb3',1794900009000,'sam','Ana','a-1','Voice','ListenIn','NextCall',NULL,'Left',153,NULL,'https://gws.example','s-1');
INSERT INTO entry VALUES(11,X'4952ea828c239b08e46042fc7f39b80b8867795a7a527f7ab94656b8cc6deeb3',X'62b1beb2562cbce6a899032cf00f26cd1595c0813484e247121c079ae4f3f9c6',1794900010000,'sam',replace('Zoë "Z" Ødegård\n','\n',char(10)),'a-2','Sms','Coach','NextCall','Agent','Refused',NULL,'agent_held','https://gws.example','s-2');
INSERT INTO entry VALUES(12,X'62b1beb2562cbce6a899032cf00f26cd1595c0813484e247121c079ae4f3f9c6',X'885f9fede8f6a06e0319e59977ba9410d9ad283cd98ebbda841cb178c0cf97c9',1794900011000,'sam','Ana','a-1','Voice','BargeIn',NULL,NULL,'Lost',187,NULL,'https://gws.example','s-1');
CREATE TABLE seal (
         only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
         count    INTEGER NOT NULL,
         hash     BLOB NOT NULL
     ) STRICT;
INSERT INTO seal VALUES(1,12,X'885f9fede8f6a06e0319e59977ba9410d9ad283cd98ebbda841cb178c0cf97c9');
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
COMMIT;
