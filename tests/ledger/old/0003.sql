BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE attempt (
	id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	"key" VARCHAR(400) NOT NULL, 
	item VARCHAR(128) NOT NULL, 
	edition INTEGER NOT NULL, 
	occurrence VARCHAR(128) NOT NULL, 
	step VARCHAR(32) NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	act VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	node VARCHAR(128) NOT NULL, 
	due VARCHAR(27) NOT NULL, 
	deadline VARCHAR(27) NOT NULL, 
	reserved_at VARCHAR(27) NOT NULL, 
	lease_until VARCHAR(27) NOT NULL, 
	committed_at VARCHAR(27), 
	ended_at VARCHAR(27), 
	not_before VARCHAR(27), 
	external_id VARCHAR(64), 
	url TEXT, 
	reason TEXT NOT NULL, 
	cost NUMERIC(10, 4) NOT NULL, 
	text TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	request TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	revision VARCHAR(64) NOT NULL, within VARCHAR(36) REFERENCES attempt (id), via VARCHAR(16) DEFAULT 'bot' NOT NULL, above VARCHAR(64) DEFAULT '' NOT NULL, looks INTEGER DEFAULT 0 NOT NULL, look_at VARCHAR(27), look_cost NUMERIC(10, 4) DEFAULT 0 NOT NULL, told_at VARCHAR(27), 
	PRIMARY KEY (id), 
	FOREIGN KEY(channel) REFERENCES channel (name)
);
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000000',1,'città-creative-0/1/-/start-1d/telegram-it/announce','città-creative-0',1,'-','start-1d','telegram-it','announce','published','one','2021-05-13T08:00:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:00:00.000000Z','2021-05-13T08:01:00.000000Z','2021-05-13T08:00:00.000000Z','2021-05-13T08:01:00.000000Z',NULL,'7','https://t.me/torino/7','',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:00:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000001',2,'festa-d-europa-1/1/-/start-7d/telegram-it/announce','festa-d-europa-1',1,'-','start-7d','telegram-it','announce','unknown','one','2021-05-13T08:01:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:01:00.000000Z','2021-05-13T08:02:00.000000Z','2021-05-13T08:01:00.000000Z','2021-05-13T08:02:00.000000Z',NULL,NULL,NULL,'it''s unknown: ''quoted''',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:01:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000002',3,'festa-d-europa-2/1/-/start-1d/telegram-it/announce','festa-d-europa-2',1,'-','start-1d','telegram-it','announce','sending','one','2021-05-13T08:02:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:02:00.000000Z','2021-05-13T08:03:00.000000Z','2021-05-13T08:02:00.000000Z',NULL,NULL,NULL,NULL,'',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:02:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000003',4,'festa-d-europa-3/1/-/start-7d/telegram-it/announce','festa-d-europa-3',1,'-','start-7d','telegram-it','announce','reserved','one','2021-05-13T08:03:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:03:00.000000Z','2021-05-13T08:04:00.000000Z',NULL,NULL,NULL,NULL,NULL,'',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:03:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000004',5,'festa-d-europa-4/1/-/start-1d/x-it/announce','festa-d-europa-4',1,'-','start-1d','x-it','announce','rejected','one','2021-05-13T08:04:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:04:00.000000Z','2021-05-13T08:05:00.000000Z','2021-05-13T08:04:00.000000Z','2021-05-13T08:05:00.000000Z',NULL,NULL,NULL,'it''s rejected: ''quoted''',0.015,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:04:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000005',6,'festa-d-europa-5/1/-/start-7d/telegram-it/announce','festa-d-europa-5',1,'-','start-7d','telegram-it','announce','deferred','one','2021-05-13T08:05:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:05:00.000000Z','2021-05-13T08:06:00.000000Z','2021-05-13T08:05:00.000000Z','2021-05-13T08:06:00.000000Z','2021-05-13T09:30:00.000000Z',NULL,NULL,'it''s deferred: ''quoted''',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:05:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000006',7,'festa-d-europa-6/1/-/start-1d/x-it/announce','festa-d-europa-6',1,'-','start-1d','x-it','announce','absent','one','2021-05-13T08:06:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:06:00.000000Z','2021-05-13T08:07:00.000000Z','2021-05-13T08:06:00.000000Z','2021-05-13T08:07:00.000000Z',NULL,NULL,NULL,'it''s absent: ''quoted''',0.015,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:06:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-000000000007',8,'festa-d-europa-7/1/-/start-7d/telegram-it/announce','festa-d-europa-7',1,'-','start-7d','telegram-it','announce','freed','one','2021-05-13T08:07:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:07:00.000000Z','2021-05-13T08:08:00.000000Z',NULL,'2021-05-13T08:08:00.000000Z',NULL,NULL,NULL,'it''s freed: ''quoted''',0,'Città creative
“domani”, l''8','abababababababababababababababababababababababababababababababab','{"method": "sendMessage"}','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Città creative", "when": "20 maggio"}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:07:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-0000000000a0',11,'*/1/mostra/month/telegram-it/announce','*',1,'mostra','month','telegram-it','announce','published','one','2021-05-13T08:41:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z',NULL,'8','https://t.me/torino/8','',0,'Due appuntamenti','cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd','{"method": "sendMessage"}','{}','r1',NULL,'bot','',0,NULL,0,'2021-05-13T08:41:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-0000000000a1',11,'mostra/1/-/start-7d/telegram-it/announce','mostra',1,'-','start-7d','telegram-it','announce','published','one','2021-05-13T08:41:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z',NULL,'8','https://t.me/torino/8','',0,'Due appuntamenti','cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd','','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Mostra", "when": "20 maggio"}','r1','00000000-0000-4000-8000-0000000000a0','bot','',0,NULL,0,'2021-05-13T08:41:00.000000Z');
INSERT INTO "attempt" VALUES('00000000-0000-4000-8000-0000000000a2',11,'concerto/1/-/start-7d/telegram-it/announce','concerto',1,'-','start-7d','telegram-it','announce','published','one','2021-05-13T08:41:00.000000Z','2021-05-19T15:30:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z','2021-05-13T08:41:00.000000Z','2021-05-13T08:42:00.000000Z',NULL,'8','https://t.me/torino/8','',0,'Due appuntamenti','cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd','','{"dates": "2021-05-20/2021-05-20", "part": "-", "title": "Mostra", "when": "20 maggio"}','r1','00000000-0000-4000-8000-0000000000a0','bot','',0,NULL,0,'2021-05-13T08:41:00.000000Z');
CREATE TABLE channel (
	name VARCHAR(64) NOT NULL, 
	platform VARCHAR(16) NOT NULL, 
	address VARCHAR(128) NOT NULL, 
	since VARCHAR(27) NOT NULL, 
	seq INTEGER NOT NULL, 
	not_before VARCHAR(27), 
	left_at VARCHAR(27), asked_address VARCHAR(128), failures INTEGER DEFAULT 0 NOT NULL, stopped_at VARCHAR(27), stopped_for TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "channel" VALUES('telegram-it','telegram','@torino','2021-04-20T08:00:00.000000Z',12,NULL,NULL,NULL,0,NULL,'');
INSERT INTO "channel" VALUES('x-it','x','torinonelmondo','2021-04-20T08:00:00.000000Z',3,'2021-05-13T09:00:00.000000Z',NULL,NULL,0,NULL,'');
INSERT INTO "channel" VALUES('telegram-en','telegram','-1001234567890','2021-01-04T08:00:00.000000Z',1,NULL,'2021-03-01T08:00:00.000000Z',NULL,0,NULL,'');
CREATE TABLE evidence (
	id INTEGER NOT NULL, 
	attempt VARCHAR(36) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(attempt) REFERENCES attempt (id)
);
INSERT INTO "evidence" VALUES(1,'00000000-0000-4000-8000-000000000000','2021-05-13T08:40:00.000000Z','unknown','{"reason": "late"}');
CREATE TABLE files (
	id INTEGER NOT NULL, 
	revision VARCHAR(64) NOT NULL, 
	modified VARCHAR(27) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "files" VALUES(1,'','1970-01-01T00:00:00.000000Z');
CREATE TABLE node (
	name VARCHAR(128) NOT NULL, 
	started_at VARCHAR(27) NOT NULL, 
	seen_at VARCHAR(27) NOT NULL, 
	revision VARCHAR(64) NOT NULL, 
	fault TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "node" VALUES('one','2021-05-13T08:00:00.000000Z','2021-05-13T08:41:30.000000Z','r1','');
CREATE TABLE pause (
	id INTEGER NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	item VARCHAR(128) NOT NULL, 
	since VARCHAR(27) NOT NULL, 
	until VARCHAR(27), 
	reason TEXT NOT NULL, 
	"by" VARCHAR(128) NOT NULL, 
	told_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	ended_by VARCHAR(128), 
	PRIMARY KEY (id)
);
INSERT INTO "pause" VALUES(1,'','','2021-05-13T09:00:00.000000Z','2021-05-13T10:00:00.000000Z','lutto cittadino','ada@municipio','2021-05-13T09:00:00.000000Z','2021-05-13T10:00:07.250000Z','');
INSERT INTO "pause" VALUES(2,'telegram-it','fiera','2021-05-13T09:30:00.000000Z',NULL,'«forse» salta','bruno@municipio','2021-05-13T09:30:00.000000Z',NULL,NULL);
CREATE TABLE seen (
	item VARCHAR(128) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	PRIMARY KEY (item)
);
INSERT INTO "seen" VALUES('città-creative-0','2021-05-13T08:00:00.000000Z');
INSERT INTO "seen" VALUES('fiera','2021-05-13T08:00:00.000000Z');
CREATE TABLE verdict (
	"key" VARCHAR(400) NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	item VARCHAR(128) NOT NULL, 
	seq INTEGER NOT NULL, 
	verdict VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	due VARCHAR(27) NOT NULL, 
	at VARCHAR(27) NOT NULL, told_at VARCHAR(27), 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(channel) REFERENCES channel (name)
);
INSERT INTO "verdict" VALUES('fiera/1/-/start-7d/x-it/announce','x-it','fiera',2,'missed','its time passed','2021-05-13T08:00:00.000000Z','2021-05-13T08:30:00.000000Z','2021-05-13T08:30:00.000000Z');
INSERT INTO "verdict" VALUES('fiera/1/-/start-1d/telegram-it/announce','telegram-it','fiera',10,'superseded','a later step is public','2021-05-13T08:00:00.000000Z','2021-05-13T08:30:00.000000Z','2021-05-13T08:30:00.000000Z');
CREATE INDEX attempt_by_channel ON attempt (channel, seq);
CREATE INDEX attempt_by_item ON attempt (item);
CREATE UNIQUE INDEX at_most_once ON attempt ("key") WHERE state NOT IN ('absent', 'deferred', 'freed', 'rejected');
CREATE INDEX verdict_by_channel ON verdict (channel, seq);
CREATE INDEX verdict_untold ON verdict (at) WHERE told_at IS NULL;
CREATE INDEX attempt_by_time ON attempt (channel, committed_at);
CREATE INDEX attempt_by_reservation ON attempt (reserved_at);
CREATE INDEX attempt_by_deadline ON attempt (deadline);
CREATE INDEX verdict_by_item ON verdict (item);
CREATE INDEX verdict_by_time ON verdict (at);
CREATE INDEX attempt_by_key ON attempt ("key");
CREATE INDEX attempt_within ON attempt (within) WHERE within IS NOT NULL;
CREATE INDEX attempt_open ON attempt (channel, state) WHERE state IN ('handed', 'reserved', 'sending', 'unknown');
COMMIT;
