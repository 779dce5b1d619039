create table CONTIGUITY_OUTBOX (
  id varchar(36) not null primary key,
  seq bigint not null auto_increment unique,
  lane varchar(64) not null,
  conversation varchar(64) not null,
  state varchar(10) not null,
  send_after datetime(6) not null,
  next_attempt_at datetime(6) not null,
  expires_at datetime(6) not null,
  idempotency_key varchar(200) unique,
  request_hash varchar(64),
  text_hash varchar(64),
  reference varchar(200),
  request longtext,
  sent longtext,
  attempts int not null,
  fence bigint,
  owner varchar(60),
  in_flight varchar(64) unique,
  started_at datetime(6) null,
  message_id varchar(256),
  error_kind varchar(40),
  created_at datetime(6) not null,
  updated_at datetime(6) not null
) character set utf8mb4 collate utf8mb4_bin;

create index CONTIGUITY_OUTBOX_DUE on CONTIGUITY_OUTBOX (lane, state, send_after, seq);
create index CONTIGUITY_OUTBOX_ORDER on CONTIGUITY_OUTBOX (conversation, state, send_after, seq);
create index CONTIGUITY_OUTBOX_LATER on CONTIGUITY_OUTBOX (lane, state, next_attempt_at);
create index CONTIGUITY_OUTBOX_OPEN on CONTIGUITY_OUTBOX (lane, conversation, state);
create index CONTIGUITY_OUTBOX_EXPIRY on CONTIGUITY_OUTBOX (state, expires_at);
create index CONTIGUITY_OUTBOX_HISTORY on CONTIGUITY_OUTBOX (conversation, started_at);
create index CONTIGUITY_OUTBOX_AGE on CONTIGUITY_OUTBOX (state, updated_at);

create table CONTIGUITY_OUTBOX_LANE (
  task_name varchar(100) not null,
  task_instance varchar(100) not null,
  task_data blob,
  execution_time datetime(6) not null,
  picked boolean not null,
  picked_by varchar(60),
  last_success datetime(6) null,
  last_failure datetime(6) null,
  consecutive_failures int,
  last_heartbeat datetime(6) null,
  version bigint not null,
  priority smallint,
  primary key (task_name, task_instance)
) character set utf8mb4 collate utf8mb4_bin;

create index CONTIGUITY_OUTBOX_LANE_TIME on CONTIGUITY_OUTBOX_LANE (execution_time);
create index CONTIGUITY_OUTBOX_LANE_BEAT on CONTIGUITY_OUTBOX_LANE (last_heartbeat);

create table CONTIGUITY_OUTBOX_META (
  name varchar(40) not null primary key,
  content varchar(200) not null
) character set utf8mb4 collate utf8mb4_bin;

create table CONTIGUITY_WEBHOOK_EVENT (
  id varchar(64) not null primary key,
  state varchar(10) not null,
  body longtext,
  owner varchar(60),
  lease_until datetime(6) not null,
  attempts int not null,
  received_at datetime(6) not null,
  updated_at datetime(6) not null
) character set utf8mb4 collate utf8mb4_bin;

create index CONTIGUITY_WEBHOOK_EVENT_LEASE on CONTIGUITY_WEBHOOK_EVENT (state, lease_until);
create index CONTIGUITY_WEBHOOK_EVENT_AGE on CONTIGUITY_WEBHOOK_EVENT (updated_at);
