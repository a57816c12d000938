-- Send what happens to people and systems
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

-- No route has made a webhook so far; what tests and people wrote by hand has no secrets to send with.
DELETE FROM "public"."webhook_endpoints";

REVOKE ALL ("brand_id") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("created_by") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("disabled_reason") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("event_types") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("id") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("updated_by") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

REVOKE ALL ("url") ON TABLE "public"."webhook_endpoints" FROM "authenticated";

DROP POLICY "Events may be read by who may read what they are about" ON "public"."domain_events";

DROP POLICY "Webhooks may be added by those who manage integrations" ON "public"."webhook_endpoints";

DROP POLICY "Webhooks may be changed by those who manage integrations" ON "public"."webhook_endpoints";

DROP POLICY "Webhooks may be removed by those who manage integrations" ON "public"."webhook_endpoints";

DROP TRIGGER "broadcast_notification" ON "public"."notifications";

DROP TRIGGER "announce_change" ON "public"."webhook_endpoints";

DROP TRIGGER "audit_change" ON "public"."webhook_endpoints";

DROP TRIGGER "stamp_row" ON "public"."webhook_endpoints";

DROP INDEX "public"."notifications_user_id_idx";

DROP INDEX "public"."webhook_deliveries_brand_id_idx";

DROP INDEX "public"."webhook_deliveries_due_idx";

DROP INDEX "public"."webhook_deliveries_endpoint_idx";

ALTER TABLE "private"."sagas" DROP CONSTRAINT "sagas_brand_id_fkey";

ALTER TABLE "public"."webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_endpoint_id_brand_id_fkey";

ALTER TABLE "public"."webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_endpoint_id_event_id_key";

ALTER TABLE "public"."webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_error_check";

ALTER TABLE "public"."webhook_endpoints" DROP CONSTRAINT "webhook_endpoints_event_types_check";

ALTER TABLE "public"."webhook_endpoints" DROP CONSTRAINT "webhook_endpoints_url_check";

DROP FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb);

DROP FUNCTION "private"."broadcast_notification"();

DROP FUNCTION "private"."delivery_document"(public.contents, boolean);

DROP FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer);

DROP FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence);

DROP FUNCTION "public"."advance_saga"(uuid, integer, integer, text, jsonb, text);

DROP FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer);

DROP FUNCTION "public"."publish_content"(uuid, integer);

DROP FUNCTION "public"."queue_events"(text, text[], integer);

DROP FUNCTION "public"."set_delivery"(uuid, text, text);

DROP FUNCTION "public"."start_saga"(uuid, text, uuid, jsonb);

ALTER TABLE "public"."webhook_endpoints" DROP COLUMN "secret";

DROP TABLE "private"."sagas";

CREATE TABLE "private"."content_watchers" ("content_id" uuid NOT NULL, "user_id" uuid NOT NULL, "brand_id" uuid NOT NULL, "is_watching" boolean NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "content_watchers_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "content_watchers_pkey" PRIMARY KEY (content_id, user_id, brand_id));

ALTER TABLE "private"."content_watchers" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."content_watchers" OWNER TO "postgres";

CREATE TABLE "private"."digested_notifications" ("notification_id" uuid NOT NULL, "digest_id" uuid NOT NULL, "share" integer NOT NULL, "told" integer NOT NULL, CONSTRAINT "digested_notifications_pkey" PRIMARY KEY (notification_id), CONSTRAINT "digested_notifications_share_check" CHECK (((share >= 1) AND (share <= 1000000))), CONSTRAINT "digested_notifications_told_check" CHECK (((told >= 1) AND (told <= 1000000))));

ALTER TABLE "private"."digested_notifications" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."digested_notifications" OWNER TO "postgres";

CREATE TABLE "private"."mail_events" ("provider" text NOT NULL, "event_id" text NOT NULL, "mail_id" uuid, "kind" text NOT NULL, "happened_at" timestamp with time zone NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "mail_events_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_events_event_id_check" CHECK (((char_length(event_id) >= 1) AND (char_length(event_id) <= 200))), CONSTRAINT "mail_events_happened_at_check" CHECK (((happened_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (happened_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_events_kind_check" CHECK ((kind = ANY (ARRAY['delivered'::text, 'opened'::text, 'clicked'::text, 'bounced'::text, 'complained'::text, 'failed'::text]))), CONSTRAINT "mail_events_pkey" PRIMARY KEY (provider, event_id), CONSTRAINT "mail_events_provider_check" CHECK ((provider = ANY (ARRAY['sendgrid'::text, 'ses'::text]))));

ALTER TABLE "private"."mail_events" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."mail_events" OWNER TO "postgres";

CREATE TABLE "private"."mail_messages" ("id" uuid NOT NULL, "dedupe_key" text, "brand_id" uuid, "user_id" uuid, "template" text NOT NULL, "category" text NOT NULL, "status" text NOT NULL DEFAULT 'queued'::text, "provider" text, "provider_message_id" text, "sent_at" timestamp with time zone, "delivered_at" timestamp with time zone, "opened_at" timestamp with time zone, "clicked_at" timestamp with time zone, "bounced_at" timestamp with time zone, "complained_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "mail_messages_bounced_at_check" CHECK (((bounced_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (bounced_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_category_check" CHECK ((category = ANY (ARRAY['security'::text, 'invitations'::text, 'tasks'::text, 'content'::text, 'comments'::text, 'digests'::text, 'quota'::text, 'system'::text]))), CONSTRAINT "mail_messages_clicked_at_check" CHECK (((clicked_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (clicked_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_complained_at_check" CHECK (((complained_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (complained_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_dedupe_key_check" CHECK ((char_length(dedupe_key) <= 200)), CONSTRAINT "mail_messages_dedupe_key_key" UNIQUE (dedupe_key), CONSTRAINT "mail_messages_delivered_at_check" CHECK (((delivered_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (delivered_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_opened_at_check" CHECK (((opened_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (opened_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_pkey" PRIMARY KEY (id), CONSTRAINT "mail_messages_provider_check" CHECK ((provider = ANY (ARRAY['sendgrid'::text, 'ses'::text]))), CONSTRAINT "mail_messages_provider_message_id_check" CHECK ((char_length(provider_message_id) <= 300)), CONSTRAINT "mail_messages_sent_at_check" CHECK (((sent_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (sent_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_messages_status_check" CHECK ((status = ANY (ARRAY['queued'::text, 'sent'::text, 'delivered'::text, 'opened'::text, 'clicked'::text, 'bounced'::text, 'complained'::text, 'suppressed'::text, 'failed'::text]))), CONSTRAINT "mail_messages_template_check" CHECK ((template ~ '^[a-z_]{1,50}$'::text)));

ALTER TABLE "private"."mail_messages" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."mail_messages" OWNER TO "postgres";

CREATE TABLE "private"."mail_settings" ("brand_id" uuid NOT NULL, "sender_name" text, "reply_to" text, "language" text, "tracks" boolean NOT NULL DEFAULT false, "version" integer NOT NULL DEFAULT 1, "updated_by" uuid, "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "mail_settings_language_check" CHECK ((language ~ '^[a-z]{2}$'::text)), CONSTRAINT "mail_settings_pkey" PRIMARY KEY (brand_id), CONSTRAINT "mail_settings_reply_to_check" CHECK (((char_length(reply_to) <= 254) AND (reply_to ~ '^[^[:space:]@<>",]+@[^[:space:]@<>",]+$'::text))), CONSTRAINT "mail_settings_sender_name_check" CHECK (((char_length(sender_name) <= 100) AND (sender_name ~ '^[^[:cntrl:]<>"]+$'::text))), CONSTRAINT "mail_settings_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "mail_settings_version_check" CHECK ((version >= 1)));

ALTER TABLE "private"."mail_settings" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."mail_settings" OWNER TO "postgres";

CREATE TABLE "private"."notification_destinations" ("user_id" uuid, "brand_id" uuid, "kind" text NOT NULL, "name" text NOT NULL, "categories" text[] NOT NULL DEFAULT '{}'::text[], "url" private.ciphertext NOT NULL, "secret" private.ciphertext, "host" text NOT NULL, "is_enabled" boolean NOT NULL DEFAULT true, "disabled_reason" text, "failures" integer NOT NULL DEFAULT 0, "failing_since" timestamp with time zone, "resting_until" timestamp with time zone, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "notification_destinations_check1" CHECK (((kind = 'webhook'::text) = (secret IS NOT NULL))), CONSTRAINT "notification_destinations_check" CHECK (((user_id IS NULL) <> (brand_id IS NULL))), CONSTRAINT "notification_destinations_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_destinations_disabled_reason_check" CHECK ((char_length(disabled_reason) <= 300)), CONSTRAINT "notification_destinations_failing_since_check" CHECK (((failing_since >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (failing_since <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_destinations_failures_check" CHECK (((failures >= 0) AND (failures <= 1000000))), CONSTRAINT "notification_destinations_host_check" CHECK (((char_length(host) >= 1) AND (char_length(host) <= 255))), CONSTRAINT "notification_destinations_kind_check" CHECK ((kind = ANY (ARRAY['slack'::text, 'teams'::text, 'webhook'::text]))), CONSTRAINT "notification_destinations_name_check1" CHECK ((name !~ '[[:cntrl:]]'::text)), CONSTRAINT "notification_destinations_name_check" CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))), CONSTRAINT "notification_destinations_resting_until_check" CHECK (((resting_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (resting_until <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_destinations_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "notification_destinations_pkey" PRIMARY KEY (id), CONSTRAINT "notification_destinations_categories_check" CHECK (private.are_texts(categories, 8, 20)));

ALTER TABLE "private"."notification_destinations" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."notification_destinations" OWNER TO "postgres";

CREATE TABLE "private"."notification_digests" ("user_id" uuid NOT NULL, "began_at" timestamp with time zone NOT NULL DEFAULT now(), "since" timestamp with time zone NOT NULL DEFAULT now(), "next_at" timestamp with time zone NOT NULL, "ends_at" timestamp with time zone, CONSTRAINT "notification_digests_began_at_check" CHECK (((began_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (began_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_digests_ends_at_check" CHECK (((ends_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (ends_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_digests_next_at_check" CHECK (((next_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (next_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "notification_digests_pkey" PRIMARY KEY (user_id), CONSTRAINT "notification_digests_since_check" CHECK (((since >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (since <= '2200-01-01 00:00:00+00'::timestamp with time zone))));

ALTER TABLE "private"."notification_digests" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."notification_digests" OWNER TO "postgres";

CREATE TABLE "private"."publication_channels" ("publication_id" uuid NOT NULL, "channel_id" uuid NOT NULL, "brand_id" uuid NOT NULL, "content_id" uuid NOT NULL, "kind" text NOT NULL, "is_required" boolean NOT NULL, "state" text NOT NULL DEFAULT 'pending'::text, "is_standing" boolean NOT NULL DEFAULT false, "attempts" integer NOT NULL DEFAULT 0, "lease_number" integer NOT NULL DEFAULT 0, "leased_until" timestamp with time zone, "due_at" timestamp with time zone NOT NULL DEFAULT now(), "url" text, "error" text, "changed_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "publication_channels_attempts_check" CHECK ((attempts >= 0)), CONSTRAINT "publication_channels_changed_at_check" CHECK (((changed_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (changed_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publication_channels_due_at_check" CHECK (((due_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (due_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publication_channels_error_check" CHECK ((char_length(error) <= 500)), CONSTRAINT "publication_channels_kind_check" CHECK ((char_length(kind) <= 50)), CONSTRAINT "publication_channels_lease_number_check" CHECK ((lease_number >= 0)), CONSTRAINT "publication_channels_leased_until_check" CHECK (((leased_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (leased_until <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publication_channels_pkey" PRIMARY KEY (publication_id, channel_id), CONSTRAINT "publication_channels_state_check" CHECK ((state = ANY (ARRAY['pending'::text, 'published'::text, 'withdrawing'::text, 'withdrawn'::text, 'failed'::text, 'skipped'::text]))), CONSTRAINT "publication_channels_url_check" CHECK ((char_length(url) <= 2000)));

ALTER TABLE "private"."publication_channels" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."publication_channels" SET (fillfactor=80);

ALTER TABLE "private"."publication_channels" OWNER TO "postgres";

CREATE TABLE "private"."publications" ("brand_id" uuid NOT NULL, "content_id" uuid NOT NULL, "content_version" integer NOT NULL, "direction" text NOT NULL DEFAULT 'publish'::text, "status" text NOT NULL DEFAULT 'running'::text, "step" text NOT NULL, "attempts" integer NOT NULL DEFAULT 0, "error" text, "failed_step" text, "ends_as" text NOT NULL DEFAULT 'failed'::text, "has_warnings" boolean NOT NULL DEFAULT false, "is_validated" boolean NOT NULL DEFAULT false, "steps" jsonb NOT NULL DEFAULT '[]'::jsonb, "metadata" jsonb, "requested_by" uuid, "due_at" timestamp with time zone NOT NULL DEFAULT now(), "step_started_at" timestamp with time zone NOT NULL DEFAULT now(), "deadline_at" timestamp with time zone NOT NULL DEFAULT (now() + '01:00:00'::interval), "started_at" timestamp with time zone NOT NULL DEFAULT now(), "finished_at" timestamp with time zone, CONSTRAINT "publications_attempts_check" CHECK ((attempts >= 0)), CONSTRAINT "publications_check" CHECK (((status = ANY (ARRAY['running'::text, 'compensating'::text])) = (finished_at IS NULL))), CONSTRAINT "publications_content_version_check" CHECK ((content_version >= 1)), CONSTRAINT "publications_deadline_at_check" CHECK (((deadline_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (deadline_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publications_direction_check" CHECK ((direction = ANY (ARRAY['publish'::text, 'unpublish'::text]))), CONSTRAINT "publications_due_at_check" CHECK (((due_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (due_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publications_ends_as_check" CHECK ((ends_as = ANY (ARRAY['failed'::text, 'cancelled'::text]))), CONSTRAINT "publications_error_check" CHECK ((char_length(error) <= 500)), CONSTRAINT "publications_failed_step_check" CHECK ((char_length(failed_step) <= 50)), CONSTRAINT "publications_finished_at_check" CHECK (((finished_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (finished_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publications_started_at_check" CHECK (((started_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (started_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publications_status_check" CHECK ((status = ANY (ARRAY['running'::text, 'compensating'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))), CONSTRAINT "publications_step_check" CHECK ((step = ANY (ARRAY['validate'::text, 'check_compliance'::text, 'generate_metadata'::text, 'publish_to_channels'::text, 'notify'::text, 'unpublish'::text, 'revert_metadata'::text, 'notify_failure'::text]))), CONSTRAINT "publications_step_started_at_check" CHECK (((step_started_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (step_started_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "publications_id_brand_id_key" UNIQUE (id, brand_id), CONSTRAINT "publications_pkey" PRIMARY KEY (id), CONSTRAINT "publications_metadata_check" CHECK (((jsonb_typeof(metadata) = 'object'::text) AND private.is_sound_json(metadata, 10000, 2))), CONSTRAINT "publications_steps_check" CHECK (((jsonb_typeof(steps) = 'array'::text) AND private.is_sound_json(steps, 100000, 4))));

ALTER TABLE "private"."publications" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."publications" SET (fillfactor=80);

ALTER TABLE "private"."publications" OWNER TO "postgres";

CREATE TABLE "private"."told_people" ("source_id" uuid NOT NULL, "recipient_id" uuid NOT NULL, CONSTRAINT "told_people_pkey" PRIMARY KEY (source_id, recipient_id));

ALTER TABLE "private"."told_people" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."told_people" OWNER TO "postgres";

CREATE TABLE "private"."webhook_secrets" ("endpoint_id" uuid NOT NULL, "brand_id" uuid NOT NULL, "secret" private.ciphertext NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "expires_at" timestamp with time zone, CONSTRAINT "webhook_secrets_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_secrets_expires_at_check" CHECK (((expires_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (expires_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "webhook_secrets_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."webhook_secrets" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."webhook_secrets" OWNER TO "postgres";

CREATE TABLE "private"."webhook_states" ("endpoint_id" uuid NOT NULL, "brand_id" uuid NOT NULL, "free_at" timestamp with time zone NOT NULL DEFAULT now(), "paused_until" timestamp with time zone, "retry_until" timestamp with time zone, "failures" integer NOT NULL DEFAULT 0, "failing_since" timestamp with time zone, "last_failed_at" timestamp with time zone, "is_slow" boolean NOT NULL DEFAULT false, CONSTRAINT "webhook_states_failing_since_check" CHECK (((failing_since >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (failing_since <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_states_failures_check" CHECK ((failures >= 0)), CONSTRAINT "webhook_states_free_at_check" CHECK (((free_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (free_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_states_last_failed_at_check" CHECK (((last_failed_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (last_failed_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_states_paused_until_check" CHECK (((paused_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (paused_until <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_states_pkey" PRIMARY KEY (endpoint_id), CONSTRAINT "webhook_states_retry_until_check" CHECK (((retry_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (retry_until <= '2200-01-01 00:00:00+00'::timestamp with time zone))));

ALTER TABLE "private"."webhook_states" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."webhook_states" SET (fillfactor=50);

ALTER TABLE "private"."webhook_states" OWNER TO "postgres";

CREATE TABLE "public"."channel_publications" ("channel_id" uuid NOT NULL, "content_id" uuid NOT NULL, "brand_id" uuid NOT NULL, "status" text NOT NULL DEFAULT 'pending'::text, "version" integer, "channel_version" integer, "target" text, "is_standing" boolean NOT NULL DEFAULT false, "is_withdrawing" boolean NOT NULL DEFAULT false, "remote_id" text, "url" text, "memory" jsonb NOT NULL DEFAULT '{}'::jsonb, "round" integer NOT NULL DEFAULT 0, "attempts" integer NOT NULL DEFAULT 0, "error" text, "answer" text, "published_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "channel_publications_answer_check" CHECK ((char_length(answer) <= 1000)), CONSTRAINT "channel_publications_attempts_check" CHECK ((attempts >= 0)), CONSTRAINT "channel_publications_channel_id_content_id_key" UNIQUE (channel_id, content_id), CONSTRAINT "channel_publications_channel_version_check" CHECK ((channel_version >= 1)), CONSTRAINT "channel_publications_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channel_publications_error_check" CHECK ((char_length(error) <= 1000)), CONSTRAINT "channel_publications_published_at_check" CHECK (((published_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (published_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channel_publications_remote_id_check" CHECK ((char_length(remote_id) <= 2000)), CONSTRAINT "channel_publications_round_check" CHECK ((round >= 0)), CONSTRAINT "channel_publications_status_check" CHECK ((status = ANY (ARRAY['pending'::text, 'published'::text, 'unpublished'::text, 'failed'::text]))), CONSTRAINT "channel_publications_target_check" CHECK ((char_length(target) <= 4000)), CONSTRAINT "channel_publications_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channel_publications_url_check" CHECK ((char_length(url) <= 2000)), CONSTRAINT "channel_publications_version_check" CHECK ((version >= 1)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "channel_publications_pkey" PRIMARY KEY (id), CONSTRAINT "channel_publications_memory_check" CHECK (((jsonb_typeof(memory) = 'object'::text) AND private.is_sound_json(memory, 2000000, 5))));

ALTER TABLE "public"."channel_publications" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."channel_publications" OWNER TO "postgres";

CREATE TABLE "public"."channels" ("brand_id" uuid NOT NULL, "kind" text NOT NULL, "name" text NOT NULL, "settings" jsonb NOT NULL DEFAULT '{}'::jsonb, "credentials" private.ciphertext NOT NULL, "credentials_set_at" timestamp with time zone NOT NULL DEFAULT now(), "field_mapping" jsonb NOT NULL DEFAULT '{}'::jsonb, "content_types" text[] NOT NULL DEFAULT '{}'::text[], "is_required" boolean NOT NULL DEFAULT true, "is_active" boolean NOT NULL DEFAULT true, "version" integer NOT NULL DEFAULT 1, "checked_at" timestamp with time zone, "is_usable" boolean, "check_message" text, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_by" uuid, "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "channels_brand_id_name_key" UNIQUE (brand_id, name), CONSTRAINT "channels_check_message_check" CHECK ((char_length(check_message) <= 1000)), CONSTRAINT "channels_checked_at_check" CHECK (((checked_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (checked_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channels_check" CHECK (((checked_at IS NULL) = (is_usable IS NULL))), CONSTRAINT "channels_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channels_credentials_set_at_check" CHECK (((credentials_set_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (credentials_set_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channels_kind_check" CHECK ((kind = ANY (ARRAY['webhook'::text, 'wordpress'::text, 'contentful'::text, 'shopify'::text, 's3'::text]))), CONSTRAINT "channels_name_check" CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100) AND (name !~ '[<>]'::text) AND (name !~ '[[:cntrl:]]'::text))), CONSTRAINT "channels_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "channels_version_check" CHECK ((version >= 1)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "channels_id_brand_id_key" UNIQUE (id, brand_id), CONSTRAINT "channels_pkey" PRIMARY KEY (id), CONSTRAINT "channels_content_types_check" CHECK (private.are_texts(content_types, 100, 50)), CONSTRAINT "channels_settings_check" CHECK (((jsonb_typeof(settings) = 'object'::text) AND private.is_sound_json(settings, 20000, 3))));

ALTER TABLE "public"."channels" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."channels" OWNER TO "postgres";

CREATE TABLE "public"."webhook_attempts" ("brand_id" uuid NOT NULL, "endpoint_id" uuid NOT NULL, "delivery_id" uuid NOT NULL, "number" integer NOT NULL, "at" timestamp with time zone NOT NULL, "duration_ms" integer NOT NULL, "response_status" integer, "error" text, "answer" text, CONSTRAINT "webhook_attempts_answer_check" CHECK ((char_length(answer) <= 1024)), CONSTRAINT "webhook_attempts_at_check" CHECK (((at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "webhook_attempts_duration_ms_check" CHECK (((duration_ms >= 0) AND (duration_ms <= 600000))), CONSTRAINT "webhook_attempts_error_check" CHECK ((char_length(error) <= 300)), CONSTRAINT "webhook_attempts_number_check" CHECK ((number >= 1)), CONSTRAINT "webhook_attempts_response_status_check" CHECK (((response_status >= 100) AND (response_status <= 599))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "webhook_attempts_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."webhook_attempts" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."webhook_attempts" OWNER TO "postgres";

ALTER TABLE "public"."webhook_deliveries" SET (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=5000, fillfactor=70);

ALTER TABLE "private"."dead_jobs" ADD COLUMN "order_key" uuid;

ALTER TABLE "private"."dead_jobs" ADD COLUMN "place" uuid;

ALTER TABLE "private"."delivery_settings" ADD COLUMN "site_url" text;

ALTER TABLE "private"."delivery_settings" ADD COLUMN "url_pattern" text;

ALTER TABLE "private"."delivery_settings" ADD COLUMN "names_models" boolean NOT NULL DEFAULT false;

ALTER TABLE "private"."email_suppressions" ADD COLUMN "times" integer NOT NULL DEFAULT 1;

ALTER TABLE "private"."email_suppressions" ADD COLUMN "until" timestamp with time zone;

ALTER TABLE "private"."jobs" ADD COLUMN "order_key" uuid;

ALTER TABLE "private"."jobs" ADD COLUMN "place" uuid;

ALTER TABLE "private"."outbox_consumers" ADD COLUMN "is_behind" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."notification_preferences" ADD COLUMN "channels" jsonb NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE "public"."notification_preferences" ADD COLUMN "muted_brands" jsonb NOT NULL DEFAULT '[]'::jsonb;

ALTER TABLE "public"."notifications" ADD COLUMN "category" text NOT NULL DEFAULT 'system'::text;

ALTER TABLE "public"."notifications" ADD COLUMN "content_id" uuid;

ALTER TABLE "public"."notifications" ADD COLUMN "actor_id" uuid;

ALTER TABLE "public"."notifications" ADD COLUMN "bundle_key" text;

ALTER TABLE "public"."notifications" ADD COLUMN "bundle_noun" text;

ALTER TABLE "public"."notifications" ADD COLUMN "subject" text;

ALTER TABLE "public"."notifications" ADD COLUMN "bundle_count" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."notifications" ADD COLUMN "is_in_app" boolean NOT NULL DEFAULT true;

ALTER TABLE "public"."notifications" ADD COLUMN "is_mailed" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."notifications" ADD COLUMN "is_pushed" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."notifications" ADD COLUMN "is_urgent" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."notifications" ADD COLUMN "last_at" timestamp with time zone NOT NULL DEFAULT now();

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "event_type" text NOT NULL;

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "aggregate_id" uuid NOT NULL;

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "is_test" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "is_ordered" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."webhook_deliveries" ADD COLUMN "leased_by" text;

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "name" text NOT NULL DEFAULT ''::text;

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "template_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[];

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "statuses" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "is_ordered" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "max_per_second" integer NOT NULL DEFAULT 50;

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "disabled_at" timestamp with time zone;

ALTER TABLE "public"."webhook_endpoints" ADD COLUMN "version" integer NOT NULL DEFAULT 1;

CREATE TYPE "private"."notice" AS ("source_id" uuid, "user_id" uuid, "brand_id" uuid, "permission" text, "actor_id" uuid, "category" text, "type" text, "event" text, "title" text, "message" text, "action_url" text, "content_id" uuid, "bundle_key" text, "bundle_noun" text, "subject" text, "rank" integer, "is_urgent" boolean, "is_pushed" boolean, "is_shared" boolean, "metadata" jsonb);

ALTER TYPE "private"."notice" OWNER TO "postgres";

CREATE TYPE "private"."published_content" AS ("id" uuid, "brand_id" uuid, "template_id" uuid, "template_version" integer, "type" text, "status" text, "title" text, "slug" text, "fields" jsonb, "body" text, "excerpt" text, "metadata" jsonb, "tags" text[], "categories" text[], "assignees" uuid[], "score" numeric, "provenance" jsonb, "version" integer, "major_version" integer, "minor_version" integer, "parent_id" uuid, "scheduled_for" timestamp with time zone, "expires_at" timestamp with time zone, "due_at" timestamp with time zone, "published_at" timestamp with time zone, "published_by" uuid, "created_by" uuid, "created_at" timestamp with time zone, "updated_by" uuid, "updated_at" timestamp with time zone, "deleted_at" timestamp with time zone, "allowed_actions" text[], "readable" text[], "people" jsonb, "review" jsonb, "publication" jsonb);

ALTER TYPE "private"."published_content" OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.action_label(event text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when action_label.event in ('task_assigned', 'sla_warning', 'sla_breach', 'claim_review', 'claim_evidence')
      then 'Review'
    when action_label.event in ('mention', 'reply', 'comment') then 'Read'
    when action_label.event = 'brand_invitation' then 'Answer'
    else 'Open'
  end;
$function$;

ALTER FUNCTION "private"."action_label"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.add_publication_channels(publication private.publications, former_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  is_shown constant boolean := exists (
    select from public.contents where contents.id = publication.content_id and contents.status = 'published'
  );
begin
  -- The attempt of a former publication that is on its way on the same channel ends first.
  insert into private.publication_channels (
    publication_id, channel_id, brand_id, content_id, kind, is_required, state, due_at
  )
  select
    publication.id, wanted.channel_id, publication.brand_id, publication.content_id, wanted.kind, wanted.is_required,
    wanted.state, greatest(now(), (
      select former.leased_until from private.publication_channels as former
      where former.publication_id = former_id and former.channel_id = wanted.channel_id
    ))
  from (
    -- A content that is published already does not depend on the channels that get it now.
    select target.channel_id, target.kind, target.is_required and not is_shown as is_required, 'pending' as state
    from private.channel_targets(publication.content_id) as target
    where publication.direction = 'publish'
    union all
    -- Where it still is and no longer belongs.
    select distinct on (standing.channel_id) standing.channel_id, standing.kind,
      publication.direction = 'unpublish', 'withdrawing'
    from private.publication_channels as standing
    where
      standing.content_id = publication.content_id and standing.is_standing
      and (publication.direction = 'unpublish' or standing.channel_id not in (
        select target.channel_id from private.channel_targets(publication.content_id) as target
      ))
  ) as wanted
  on conflict on constraint publication_channels_pkey do update
  set
    state = excluded.state, kind = excluded.kind, is_required = excluded.is_required, attempts = 0, error = null,
    due_at = greatest(now(), publication_channels.leased_until), changed_at = now();
end;
$function$;

ALTER FUNCTION "private"."add_publication_channels"(private.publications, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.admins_of(brand uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select member.user_id from public.brand_members as member
  where
    member.brand_id = admins_of.brand and member.role = 'admin'
    and (member.expires_at is null or member.expires_at > now());
$function$;

ALTER FUNCTION "private"."admins_of"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.alert_people(people uuid[], brand uuid, title text, message text, about jsonb)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.notify(
    alert_people.people, alert_people.brand, 'security', 'security_alert', alert_people.title, alert_people.message,
    null, 'warning', alert_people.about
  );
$function$;

ALTER FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_publication(publication private.publications, event_type text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.append_event(
    publication.brand_id, 'content', publication.content_id, event_type, jsonb_build_object(
      'contentId', publication.content_id, 'publicationId', publication.id,
      'title', (select contents.title from public.contents where contents.id = publication.content_id),
      'direction', publication.direction, 'requestedBy', publication.requested_by,
      'failedStep', publication.failed_step,
      'channels', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'channelId', channel.channel_id, 'kind', channel.kind, 'isRequired', channel.is_required,
          'state', channel.state, 'hasFailed', channel.error is not null, 'url', channel.url
        ) order by channel.channel_id), '[]')
        from private.publication_channels as channel where channel.publication_id = publication.id
      )
    )
  );
end;
$function$;

ALTER FUNCTION "private"."announce_publication"(private.publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_work(is_urgent boolean DEFAULT true)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- https://docs.postgrest.org/en/v14/references/transactions.html#response-headers
  return set_config(
    'response.headers', case when announce_work.is_urgent then '[{"X-Work-Waits": "true"}]' else '' end, true
  );
end;
$function$;

ALTER FUNCTION "private"."announce_work"(boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.append_event(brand uuid, aggregate_type text, aggregate_id uuid, type text, payload jsonb DEFAULT '{}'::jsonb, aggregate_version integer DEFAULT NULL::integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  actor uuid := auth.uid();
  account text;
  -- Clients choose the ids of their requests: those of another tenant say nothing to this one.
  request text := private.request_id();
  event_id uuid;
  announced text;
begin
  -- Asked here as well, because a call of the function for each event of an import takes longer than this look.
  if actor is not null and not exists (
    select from public.brand_members as member
    where
      member.user_id = actor and member.brand_id = append_event.brand
      and (member.expires_at is null or member.expires_at > now())
  ) and private.acts_from_outside(actor, brand, append_event.aggregate_type) then
    account := private.acting_account(actor, brand);
    actor := null;
    request := case when account = 'MixerAI' then request end;
  end if;
  insert into public.domain_events (
    brand_id, aggregate_type, aggregate_id, aggregate_version, type, actor_id, payload, correlation_id, actor_account
  )
  values (
    brand, append_event.aggregate_type, append_event.aggregate_id, append_event.aggregate_version,
    append_event.type, actor, append_event.payload, request, account
  )
  returning id into event_id;
  announced := private.announce_work();
  return event_id;
end;
$function$;

CREATE OR REPLACE FUNCTION private.are_channel_choices(choices jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return private.is_sound_json(choices, 5000, 3) and jsonb_typeof(choices) = 'object' and not exists (
    select from jsonb_each(choices) as choice
    where
      choice.key not in ('tasks', 'content', 'comments', 'digests', 'quota', 'system', 'marketing')
      or not private.has_shape(
        choice.value, '{"in_app": "flag", "email": "flag", "slack": "flag", "teams": "flag", "webhook": "flag"}'
      )
  );
end;
$function$;

ALTER FUNCTION "private"."are_channel_choices"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_channel_fields(field_mapping jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  entries constant jsonb := jsonb_path_query_array(field_mapping, '$.keyvalue()');
begin
  if jsonb_array_length(entries) > 50 then
    return false;
  end if;
  for position in 0 .. jsonb_array_length(entries) - 1 loop
    if
      char_length(entries -> position ->> 'key') not between 1 and 100
      or not private.fits(entries -> position -> 'value', 'name 100')
    then
      return false;
    end if;
  end loop;
  return true;
end;
$function$;

ALTER FUNCTION "private"."are_channel_fields"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_channel_settings(kind text, settings jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case kind
    when 'webhook' then private.has_shape(settings, '{"url": "url"}', '{url}')
    when 'wordpress' then private.has_shape(settings, '{
      "siteUrl": "url", "userName": "name 200", "postType": "word posts|pages"
    }', '{siteUrl, userName}')
    when 'contentful' then private.has_shape(settings, '{
      "apiUrl": "url", "spaceId": "matches ^[A-Za-z0-9]{1,64}$", "environmentId": "matches ^[A-Za-z0-9_.-]{1,64}$",
      "contentTypeId": "matches ^[A-Za-z0-9_.-]{1,64}$", "locale": "matches ^[A-Za-z0-9-]{2,35}$"
    }', '{apiUrl, spaceId, environmentId, contentTypeId, locale}')
    when 'shopify' then private.has_shape(settings, '{
      "shopUrl": "url", "resource": "word article|product_description",
      "blogId": "matches ^[0-9]{1,20}$ or null", "author": "text 200 or null"
    }', '{shopUrl, resource}')
    when 's3' then private.has_shape(settings, '{
      "bucket": "matches ^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", "region": "matches ^[a-z0-9-]{1,40}$",
      "prefix": "text 200", "formats": "texts 2 10", "cacheControl": "text 200",
      "endpointUrl": "url or null", "publicUrl": "url or null"
    }', '{bucket, region}')
    else false
  end;
end;
$function$;

ALTER FUNCTION "private"."are_channel_settings"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_webhooks_pending()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.webhook_endpoints as endpoint
    inner join private.webhook_states as state on state.endpoint_id = endpoint.id
    cross join lateral (
      select from public.webhook_deliveries as delivery
      where
        delivery.brand_id = endpoint.brand_id and delivery.endpoint_id = endpoint.id
        and delivery.next_attempt_at <= now() + interval '10 seconds'
      limit 1
    ) as due
    where
      endpoint.is_active
      and greatest(state.paused_until, state.retry_until, now()) <= now() + interval '10 seconds'
  );
$function$;

ALTER FUNCTION "private"."are_webhooks_pending"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.attempt_succeeded(attempt private.publication_channels, url text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if attempt.state = 'pending' then
    update private.publication_channels as channel set is_standing = false
    where
      channel.content_id = attempt.content_id and channel.channel_id = attempt.channel_id and channel.is_standing
      and channel.publication_id <> attempt.publication_id;
    update private.publication_channels as channel
    set state = 'published', is_standing = true, error = null, url = left(attempt_succeeded.url, 2000)
    where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
    return;
  end if;
  update private.publication_channels as channel set is_standing = false
  where
    channel.content_id = attempt.content_id and channel.channel_id = attempt.channel_id and channel.is_standing;
  update private.publication_channels as channel set state = 'withdrawn', url = null
  where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
end;
$function$;

ALTER FUNCTION "private"."attempt_succeeded"(private.publication_channels, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.attempts_of(publication private.publications, content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object('attempts', coalesce((
    select jsonb_agg(jsonb_build_object(
      'channel_id', leased.channel_id, 'content_id', leased.content_id, 'version', publication.content_version,
      'is_publication', leased.state = 'pending', 'lease_number', leased.lease_number
    ) order by leased.channel_id)
    from private.next_attempts(publication) as leased
  ), '[]'));
end;
$function$;

ALTER FUNCTION "private"."attempts_of"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.await_recheck(publication private.publications, content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  waiting private.publications;
  queued uuid;
begin
  queued := private.enqueue_job(
    'claims', 'check_content', content.brand_id, jsonb_build_object('contentId', content.id),
    dedupe_key => private.recheck_key(content.id, private.claims_state(content.brand_id))
  );
  update private.publications as present
  set due_at = now() + interval '10 seconds', error = 'waits for a check against claims that have changed'
  where present.id = publication.id
  returning present.* into waiting;
  return waiting;
end;
$function$;

ALTER FUNCTION "private"."await_recheck"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.awaits_recheck(publication private.publications, content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return not private.has_open_violations(content) and cardinality(private.markets_to_recheck(content)) > 0
    and now() < interval '10 minutes' + greatest(publication.step_started_at, (
      select max(channel.changed_at) from private.publication_channels as channel
      where channel.publication_id = publication.id
    ));
end;
$function$;

ALTER FUNCTION "private"."awaits_recheck"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.begin_digests(people uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into private.notification_digests (user_id, next_at)
  select preferences.user_id, private.next_digest_at(preferences.digest, profiles.timezone, now())
  from public.notification_preferences as preferences
  inner join public.profiles on profiles.id = preferences.user_id
  where
    preferences.user_id = any (begin_digests.people) and preferences.digest <> 'instant'
    and not exists (
      select from private.notification_digests as known where known.user_id = preferences.user_id
    )
  order by preferences.user_id
  on conflict do nothing;
$function$;

ALTER FUNCTION "private"."begin_digests"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.begin_publication(content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  publication private.publications;
  former private.publications := private.end_superseded(content.id, 'published again');
  present public.contents := content;
begin
  -- Until the channels have it, the content is approved: neither the schedule nor anybody else publishes it.
  if content.status = 'scheduled' then
    perform private.transition_content(
      content, 'approved', jsonb_build_object('note', 'being published to its channels')
    );
    select * into present from private.content_by_id(content.id);
  end if;
  insert into private.publications (brand_id, content_id, content_version, step, requested_by)
  values (present.brand_id, present.id, present.version, 'validate', auth.uid())
  returning * into publication;
  perform private.add_publication_channels(publication, former.id);
  perform private.announce_publication(publication, 'PublicationStarted');
  return publication;
end;
$function$;

ALTER FUNCTION "private"."begin_publication"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, event.aggregate_id, brand.name,
      workflow.name as workflow_name
    from public.domain_events as event
    inner join public.brands as brand on brand.id = event.brand_id and brand.deleted_at is null
    left join public.workflows as workflow on workflow.id = event.aggregate_id
    where
      event.id = any (brand_notices.ids)
      and event.type in (
        'UserAssigned', 'WorkflowChanged', 'WorkflowDeleted', 'BudgetThresholdReached', 'QuotaThresholdReached',
        'WebhookDisabled'
      )
      or event.id = any (brand_notices.ids) and event.type = 'UserRemoved' and exists (
        select from private.notification_destinations as destination
        where
          destination.brand_id = event.brand_id and destination.is_enabled
          and destination.created_by::text = event.payload ->> 'userId'
      )
  ),
  told as (
    select
      happened.*, happened.payload ->> 'percent' as percent,
      happened.type in ('BudgetThresholdReached', 'QuotaThresholdReached') as is_quota
    from happened
  )
  select
    told.id, people.id, told.brand_id,
    case told.type
      when 'UserAssigned' then 'member.manage' when 'WebhookDisabled' then 'integration.manage'
      when 'UserRemoved' then 'integration.manage' when 'WorkflowChanged' then 'workflow.read'
      when 'WorkflowDeleted' then 'workflow.read' else 'brand.read'
    end,
    -- Whoever used up a quota does not know.
    case when not told.is_quota then told.actor_id end,
    case when told.is_quota then 'quota' else 'system' end,
    case
      when told.is_quota then case told.percent when '100' then 'error' else 'warning' end
      when told.type = 'WebhookDisabled' then 'error' when told.type = 'UserRemoved' then 'warning' else 'info'
    end,
    case told.type
      when 'UserAssigned' then 'member_joined' when 'WebhookDisabled' then 'webhook_disabled'
      when 'UserRemoved' then 'destination_review'
      when 'BudgetThresholdReached' then 'budget_alert' when 'QuotaThresholdReached' then 'quota_alert'
      else 'workflow_changed'
    end,
    case told.type
      when 'UserAssigned' then format('Somebody joined “%s”', told.name)
      when 'WebhookDisabled' then format('A webhook of “%s” was switched off', told.name)
      when 'UserRemoved' then format('Somebody who added a chat or webhook of “%s” has left', told.name)
      when 'BudgetThresholdReached' then format('%s %% of the budget for AI of “%s” are spent', told.percent, told.name)
      when 'QuotaThresholdReached' then format('%s %% of a quota of “%s” are used', told.percent, told.name)
      when 'WorkflowDeleted' then format('The workflow “%s” was deleted', told.workflow_name)
      else format('The workflow “%s” was changed', told.workflow_name)
    end,
    case told.type
      when 'QuotaThresholdReached' then 'Quota: ' || (told.payload ->> 'metric')
      when 'WebhookDisabled' then 'It failed for too long, or its receiver asked for it.'
      when 'UserRemoved' then 'It still gets the notifications of the brand.' else ''
    end,
    '/?brand=' || told.brand_id, null::uuid,
    case told.type
      when 'UserAssigned' then 'members:' || told.brand_id when 'WorkflowChanged' then 'workflow:' || told.aggregate_id
    end,
    case told.type when 'UserAssigned' then 'new members in' when 'WorkflowChanged' then 'changes of the workflow' end,
    case told.type when 'UserAssigned' then told.name else coalesce(told.workflow_name, told.name) end,
    0, false, told.is_quota or told.type = 'WebhookDisabled', true,
    jsonb_strip_nulls(jsonb_build_object(
      'brandId', told.brand_id, 'percent', told.percent, 'metric', told.payload -> 'metric',
      'userId', case told.type when 'UserAssigned' then told.payload -> 'userId' end
    ))
  from told
  cross join lateral (
    select admins.id from private.admins_of(told.brand_id) as admins (id)
    union
    -- Whoever used up the quota.
    select told.actor_id where told.is_quota and told.actor_id is not null
  ) as people
  where told.type <> 'UserAssigned' or people.id::text <> told.payload ->> 'userId';
$function$;

ALTER FUNCTION "private"."brand_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.broadcast_notifications()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- A project that sends too many messages a second loses the channels of all its tenants.
  most_messages constant integer := 500;
begin
  if tg_op = 'INSERT' then
    insert into realtime.messages (id, payload, event, topic, private, extension)
    select
      made.id, jsonb_build_object(
        'notificationId', made.notification_id, 'type', made.type, 'event', made.event, 'title', made.title,
        'id', made.id
      ),
      'NotificationCreated', 'user:' || made.user_id, true, 'broadcast'
    from (
      select
        gen_random_uuid() as id, added.id as notification_id, added.user_id, added.type, added.event, added.title
      from added where added.is_in_app
      -- One statement may tell people of many brands: each has its share, and what is urgent comes first.
      order by row_number() over (
        partition by added.brand_id order by added.is_urgent desc, added.is_pushed desc, added.id
      )
      limit most_messages
    ) as made;
  else
    insert into realtime.messages (id, payload, event, topic, private, extension)
    select
      made.id, jsonb_build_object(
        'notificationId', made.notification_id, 'unreadCount', private.unread_count(made.user_id), 'id', made.id
      ),
      'NotificationUpdated', 'user:' || made.user_id, true, 'broadcast'
    from (
      select
        gen_random_uuid() as id, changed.user_id,
        case when count(*) = 1 then (array_agg(changed.id))[1] end as notification_id
      from changed where changed.is_in_app
      group by changed.user_id
      order by row_number() over (partition by min(changed.brand_id::text) order by changed.user_id)
      limit most_messages
    ) as made;
  end if;
  return null;
exception
  -- As realtime.send does: a message that cannot be stored is lost, and ends no command.
  when others then
    raise warning 'notifications were not sent: %', sqlerrm;
    return null;
end;
$function$;

ALTER FUNCTION "private"."broadcast_notifications"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bundled(count integer, noun text, subject text, title text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select left(case
    when bundled.count > 1 and bundled.noun is not null
      then format('%s %s “%s”', bundled.count, bundled.noun, left(bundled.subject, 200))
    else bundled.title
  end, 256);
$function$;

ALTER FUNCTION "private"."bundled"(integer, text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bury_job(job private.jobs, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.jobs where jobs.id = (bury_job.job).id;
  -- A key stands for one piece of work. Work that died before and was asked for again has one dead letter.
  delete from private.dead_jobs
  where dead_jobs.queue = (bury_job.job).queue and dead_jobs.dedupe_key = (bury_job.job).dedupe_key;
  insert into private.dead_jobs (
    id, queue, kind, brand_id, payload, dedupe_key, attempts, max_attempts, last_error, created_at, order_key, place
  )
  values (
    (bury_job.job).id, (bury_job.job).queue, (bury_job.job).kind, (bury_job.job).brand_id, (bury_job.job).payload,
    (bury_job.job).dedupe_key, (bury_job.job).attempts, (bury_job.job).max_attempts, left(bury_job.reason, 2000),
    (bury_job.job).created_at, (bury_job.job).order_key, (bury_job.job).place
  );
$function$;

CREATE OR REPLACE FUNCTION private.channel_answer(channel public.channels)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return to_jsonb(channel) - '{credentials, created_by, updated_by, checked_at, is_usable, check_message}'::text []
    || jsonb_build_object(
      'is_built_in', false,
      'last_check', case when channel.checked_at is not null then jsonb_build_object(
        'at', channel.checked_at, 'is_usable', channel.is_usable, 'message', coalesce(channel.check_message, '')
      ) end,
      'published', (
        select count(*) from public.channel_publications as publication
        where publication.channel_id = channel.id and publication.status = 'published'
      )
    );
end;
$function$;

ALTER FUNCTION "private"."channel_answer"(public.channels) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.channel_document(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  brand public.brands;
  names_models constant boolean := coalesce((
    select settings.names_models from private.delivery_settings as settings where settings.brand_id = content.brand_id
  ), false);
begin
  select * into brand from public.brands where brands.id = content.brand_id;
  return private.delivery_document(content, true, names_models) || jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'slug', brand.slug),
    'language', brand.language,
    'published_at', coalesce(content.published_at, now())
  );
end;
$function$;

ALTER FUNCTION "private"."channel_document"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.channel_target(kind text, settings jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
  select left((case kind
    when 'webhook' then jsonb_build_array(settings -> 'url')
    when 'wordpress' then jsonb_build_array(settings -> 'siteUrl', settings -> 'postType')
    when 'contentful' then jsonb_build_array(
      settings -> 'apiUrl', settings -> 'spaceId', settings -> 'environmentId', settings -> 'locale'
    )
    when 'shopify' then jsonb_build_array(settings -> 'shopUrl', settings -> 'resource', settings -> 'blogId')
    when 's3' then jsonb_build_array(settings -> 'endpointUrl', settings -> 'region', settings -> 'bucket')
  end)::text, 4000);
$function$;

ALTER FUNCTION "private"."channel_target"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.channel_targets(content_id uuid)
 RETURNS TABLE(channel_id uuid, kind text, is_required boolean)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return query
  select channels.id, channels.kind, channels.is_required
  from public.contents inner join public.channels on channels.brand_id = contents.brand_id
  where
    contents.id = channel_targets.content_id and channels.is_active
    and (channels.content_types = '{}' or contents.type = any (channels.content_types))
  order by channels.id;
end;
$function$;

ALTER FUNCTION "private"."channel_targets"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.channels_to_validate(publication private.publications)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'channel_id', channel.channel_id, 'content_id', channel.content_id, 'version', publication.content_version
    ) order by channel.channel_id), '[]')
    from private.publication_channels as channel
    where channel.publication_id = publication.id and channel.state = 'pending'
  );
end;
$function$;

ALTER FUNCTION "private"."channels_to_validate"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.comment_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, content.title, content.id as content_id,
      comment.id as comment_id, comment.parent_id, comment.mentions, event.payload
    from public.domain_events as event
    inner join public.comments as comment
      on comment.id = event.aggregate_id and comment.brand_id = event.brand_id and comment.deleted_at is null
    inner join public.contents as content on content.id = comment.content_id and content.deleted_at is null
    where
      event.id = any (comment_notices.ids)
      and (
        event.type = 'CommentAdded'
        or event.type = 'CommentChanged' and event.payload -> 'changed' ? 'mentions'
      )
  ),
  told as (
    select
      -- Of a comment, and of a mention in it, each person is told once: editing it mentions nobody twice, and reaches
      -- those who were told of the comment.
      case people.event
        when 'mention' then private.source_of_mentions(happened.comment_id) else happened.comment_id
      end as source_id,
      happened.*, people.person, people.event, people.rank, people.noun
    from happened
    cross join lateral (
      select mentioned.id as person, 'mention' as event, 0 as rank, 'mentions in' as noun
      from unnest(happened.mentions) as mentioned (id)
      union all
      select thread.created_by, 'reply', 1, 'replies on'
      from public.comments as thread
      where
        happened.type = 'CommentAdded' and thread.deleted_at is null and happened.parent_id is not null
        and (thread.id = happened.parent_id or thread.parent_id = happened.parent_id)
      union all
      select watchers.id, 'comment', 2, 'comments on'
      from private.watchers_of(happened.content_id) as watchers (id)
      where happened.type = 'CommentAdded'
    ) as people
    where people.event = 'mention' or people.person <> all (coalesce(happened.mentions, '{}'))
  )
  select
    told.source_id, told.person, told.brand_id, 'content.read', told.actor_id, 'comments', 'info', told.event,
    format(case told.event
      when 'mention' then 'You are mentioned in “%s”' when 'reply' then 'A reply on “%s”' else 'A comment on “%s”'
    end, told.title),
    '', '/contents/' || told.content_id || '?comment=' || told.comment_id, told.content_id,
    told.event || ':' || told.content_id, told.noun, told.title, told.rank, false, true, told.event = 'comment',
    jsonb_build_object('contentId', told.content_id, 'commentId', told.comment_id)
  from told
  where told.person is not null;
$function$;

ALTER FUNCTION "private"."comment_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.complete_publication(publication private.publications, content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  ended private.publications;
  setting text;
  event_id uuid;
begin
  -- The last of its changes, and the one that shows it to websites: everything else stands by now.
  if publication.direction = 'publish' and content.status <> 'published' then
    setting := set_config('mixerai.publication', publication.id::text, true);
    setting := set_config('mixerai.publisher', coalesce(publication.requested_by::text, ''), true);
    perform private.transition_content(content, 'published');
    setting := set_config('mixerai.publication', '', true);
    setting := set_config('mixerai.publisher', '', true);
  end if;
  ended := private.end_publication(publication, case
    when publication.direction = 'unpublish' and exists (
      select from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed'
    ) then 'failed' else 'completed'
  end);
  event_id := private.announce_publication(
    ended, case ended.status when 'failed' then 'PublicationFailed' else 'PublicationCompleted' end
  );
  return ended;
end;
$function$;

ALTER FUNCTION "private"."complete_publication"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_at_version(content_id uuid, version integer)
 RETURNS public.contents
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  select contents.* into content from public.contents where contents.id = content_at_version.content_id;
  if content.id is null or content.version = content_at_version.version then
    return content;
  end if;
  select (jsonb_populate_record(content, private.as_object(former.snapshot))).* into content
  from public.content_versions as former
  where
    former.content_id = content_at_version.content_id and former.brand_id = content.brand_id
    and former.version = content_at_version.version
  order by former.id desc
  limit 1;
  content.version := content_at_version.version;
  return content;
end;
$function$;

ALTER FUNCTION "private"."content_at_version"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.decision_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, event.aggregate_id, content.title,
      content.id as content_id, content.created_by, event.payload ->> 'outcome' as outcome
    from public.domain_events as event
    inner join public.contents as content
      on content.id = (event.payload ->> 'contentId')::uuid and content.brand_id = event.brand_id
      and content.deleted_at is null
    where
      event.id = any (decision_notices.ids)
      and event.type in (
        'WorkflowChangesRequested', 'WorkflowCompleted', 'WorkflowTimedOut', 'WorkflowFailed'
      )
  ),
  told as (
    select
      happened.*, people.id as person,
      case
        when happened.type = 'WorkflowChangesRequested' then 'changes_requested'
        when happened.type in ('WorkflowTimedOut', 'WorkflowFailed') then 'review_ended'
        when happened.outcome = 'rejected' then 'content_rejected' else 'content_approved'
      end as event
    from happened
    cross join lateral (
      select watchers.id from private.watchers_of(happened.content_id) as watchers (id)
      union
      select tasks.assignee_id from public.workflow_tasks as tasks
      where tasks.instance_id = happened.aggregate_id and happened.outcome = 'rejected'
      union
      select admins.id from private.admins_of(happened.brand_id) as admins (id) where happened.type = 'WorkflowFailed'
    ) as people
  )
  select
    told.id, told.person, told.brand_id, 'content.read', told.actor_id, 'content',
    case told.event when 'content_approved' then 'success' when 'content_rejected' then 'error' else 'warning' end,
    told.event,
    format(case told.event
      when 'changes_requested' then 'Changes requested: “%s”' when 'content_rejected' then 'Rejected: “%s”'
      when 'content_approved' then 'Approved: “%s”' else 'The review of “%s” ended without a decision'
    end, told.title),
    coalesce(told.payload ->> 'comment', told.payload ->> 'reason', ''),
    '/contents/' || told.content_id, told.content_id, null, null, told.title, 0, false, true, true,
    jsonb_strip_nulls(jsonb_build_object('contentId', told.content_id, 'step', told.payload ->> 'step'))
  from told;
$function$;

ALTER FUNCTION "private"."decision_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delete_personal_rows(person uuid, email_index text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.user_sessions where user_sessions.user_id = person;
  delete from public.mfa_factors where mfa_factors.user_id = person;
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  delete from auth.identities where identities.user_id = person;
  delete from private.sso_people where sso_people.user_id = person;
  delete from private.password_history where password_history.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from public.notifications where notifications.user_id = person;
  delete from public.notification_preferences where notification_preferences.user_id = person;
  delete from private.notification_destinations where notification_destinations.user_id = person;
  delete from private.notification_digests where notification_digests.user_id = person;
  delete from private.content_watchers where content_watchers.user_id = person;
  delete from private.delegations where person in (delegations.user_id, delegations.delegate_id);
  update private.former_members set name = null where former_members.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$function$;

CREATE OR REPLACE FUNCTION private.delivered_provenance(content public.contents, template public.templates, names_models boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  written jsonb;
  is_wholly_generated boolean;
begin
  select
    jsonb_agg(
      jsonb_build_object(
        'name', entry.key, 'is_edited', coalesce(entry.value -> 'isEdited' = 'true', false),
        'written_at', entry.value ->> 'at'
      ) || case when names_models then jsonb_build_object('model', entry.value ->> 'model') else '{}' end
      order by entry.key
    )
  into written
  from jsonb_each(private.as_object(content.provenance)) as entry
  where
    private.value_at(content.fields, content.metadata, entry.key) not in ('null', '""', '[]')
    and (
      (entry.key like 'metadata.%' and entry.key <> 'metadata.targetAudience')
      -- Of a template only the output fields are delivered.
      or (entry.key like 'fields.%' and (template.id is null or exists (
        select from jsonb_array_elements(template.output_fields) as field
        where 'fields.' || (field ->> 'id') = entry.key
      )))
    );
  if written is null then
    return null;
  end if;
  is_wholly_generated := content.body = '' and content.excerpt = ''
    and not jsonb_path_exists(written, '$[*] ? (@.is_edited == true)')
    and not exists (
      select from jsonb_each(private.as_object(content.fields)) as field
      where
        field.value not in ('null', '""', '[]') and not content.provenance ? ('fields.' || field.key)
        and (template.id is null or exists (
          select from jsonb_array_elements(template.output_fields) as output where output ->> 'id' = field.key
        ))
    );
  return jsonb_build_object(
    'fields', written, 'is_wholly_generated', is_wholly_generated, 'is_reviewed', private.is_reviewed(content)
  );
end;
$function$;

ALTER FUNCTION "private"."delivered_provenance"(public.contents, public.templates, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivering_document(brand public.brands, settings private.delivery_settings)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'id', brand.id, 'name', brand.name, 'slug', brand.slug, 'language', brand.language,
    'logo', brand.logo ->> 'url', 'site_url', settings.site_url, 'url_pattern', settings.url_pattern
  );
end;
$function$;

ALTER FUNCTION "private"."delivering_document"(public.brands, private.delivery_settings) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_channel(brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found public.brands;
  delivering constant text := (
    select settings.mode from private.delivery_settings as settings where settings.brand_id = brand
  );
begin
  select * into found from public.brands where brands.id = brand;
  return jsonb_build_object(
    'id', found.id, 'brand_id', found.id, 'kind', 'delivery', 'name', 'Delivery', 'is_built_in', true,
    'settings', jsonb_build_object('mode', coalesce(delivering, 'public')), 'field_mapping', '{}'::jsonb,
    'content_types', '[]'::jsonb, 'is_required', true, 'is_active', coalesce(delivering, 'public') <> 'off',
    'version', 1, 'created_at', found.created_at, 'updated_at', found.created_at, 'published', (
      select count(*) from public.contents
      where contents.brand_id = found.id and contents.status = 'published' and contents.deleted_at is null
    )
  );
end;
$function$;

ALTER FUNCTION "private"."delivery_channel"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents, has_texts boolean DEFAULT true, names_models boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  document jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.shown_metadata(content), 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version
  );
  has_generated constant boolean := content.provenance <> '{}';
  template public.templates;
begin
  -- Neither is asked for what people wrote, which most lists hold.
  if has_texts or has_generated then
    template := private.template_used(content);
  end if;
  if has_generated then
    document := document || jsonb_build_object(
      'provenance', private.delivered_provenance(content, template, names_models)
    );
  end if;
  if not has_texts then
    return document;
  end if;
  return document || jsonb_build_object(
    'body', content.body,
    'claims', private.delivered_claims(content),
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(private.as_object(content.fields)) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  );
end;
$function$;

ALTER FUNCTION "private"."delivery_document"(public.contents, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_settings_document(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  settings private.delivery_settings;
begin
  select found.* into settings
  from private.delivery_settings as found where found.brand_id = delivery_settings_document.brand_id;
  return jsonb_build_object(
    'mode', coalesce(settings.mode, 'public'), 'site_url', settings.site_url, 'url_pattern', settings.url_pattern,
    'names_models', coalesce(settings.names_models, false)
  );
end;
$function$;

ALTER FUNCTION "private"."delivery_settings_document"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.describe_mail_settings(brand uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'brand_id', brands.id, 'sender_name', settings.sender_name, 'reply_to', settings.reply_to,
    'language', settings.language, 'tracks', coalesce(settings.tracks, false),
    'version', coalesce(settings.version, 0), 'updated_at', settings.updated_at
  )
  from public.brands
  left join private.mail_settings as settings on settings.brand_id = brands.id
  where brands.id = brand;
$function$;

ALTER FUNCTION "private"."describe_mail_settings"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.destination_document(destination private.notification_destinations)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', destination.id, 'brand_id', destination.brand_id, 'kind', destination.kind, 'name', destination.name,
    'categories', destination.categories, 'host', destination.host, 'is_enabled', destination.is_enabled,
    'disabled_reason', destination.disabled_reason, 'created_at', destination.created_at
  );
$function$;

ALTER FUNCTION "private"."destination_document"(private.notification_destinations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.digest_document(user_id uuid, digest_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with told as (
    select notification.*, digested.share, brand.name as brand_name
    from private.digested_notifications as digested
    inner join public.notifications as notification on notification.id = digested.notification_id
    left join public.brands as brand on brand.id = notification.brand_id
    where digested.digest_id = digest_document.digest_id and notification.user_id = digest_document.user_id
  )
  select jsonb_build_object(
    'email', users.email, 'language', profiles.language, 'first_name', profiles.first_name,
    'timezone', private.known_zone(profiles.timezone),
    'total', (select count(*) from told),
    'counts', (
      select coalesce(jsonb_agg(jsonb_build_object('category', counted.category, 'count', counted.number)
        order by counted.number desc, counted.category), '[]')
      from (select told.category, sum(told.share) as number from told group by told.category) as counted
    ),
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'title', top.title, 'brand_name', coalesce(top.brand_name, ''), 'action_url', top.action_url
      ) order by top.place), '[]')
      from (
        select told.*, row_number() over (
          order by array_position(array['error', 'warning', 'success', 'info'], told.type), told.last_at desc
        ) as place
        from told
        order by place
        limit 10
      ) as top
    )
  )
  from public.profiles
  inner join auth.users on users.id = profiles.id
  where profiles.id = digest_document.user_id and profiles.is_active and users.email is not null;
$function$;

ALTER FUNCTION "private"."digest_document"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.disable_webhook(endpoint_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  disabled public.webhook_endpoints;
begin
  update public.webhook_endpoints as endpoint
  set is_active = false, disabled_at = now(), disabled_reason = disable_webhook.reason
  where endpoint.id = disable_webhook.endpoint_id and endpoint.is_active
  returning * into disabled;
  if disabled.id is not null then
    perform private.append_event(
      disabled.brand_id, 'webhook', disabled.id, 'WebhookDisabled',
      jsonb_build_object('reason', disabled.disabled_reason), disabled.version
    );
  end if;
end;
$function$;

ALTER FUNCTION "private"."disable_webhook"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.do_step(publication private.publications, content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  refusal text;
  failed record;
begin
  case publication.step
    when 'validate' then
      refusal := private.publication_refusal(content);
      return case
        when refusal is null then private.enter_step(publication, 'check_compliance')
        else private.undo_publication(publication, refusal)
      end;
    when 'check_compliance' then
      refusal := private.claims_refusal(content);
      return case
        when refusal is null then private.enter_step(publication, 'generate_metadata')
        when private.awaits_recheck(publication, content) then private.await_recheck(publication, content)
        else private.undo_publication(publication, refusal)
      end;
    when 'generate_metadata' then
      -- One that is published has them, and they are of the same text.
      if content.status <> 'published' then
        update private.publications as present set metadata = private.made_metadata(content)
        where present.id = publication.id;
      end if;
      return private.enter_step(publication, 'publish_to_channels');
    when 'publish_to_channels' then
      select channel.kind, channel.error into failed from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
      order by channel.changed_at limit 1;
      if failed.kind is not null then
        return private.undo_publication(publication, failed.kind || ': ' || coalesce(failed.error, 'it failed'));
      end if;
      -- Nobody could change the content meanwhile, but time passed and claims may have changed.
      refusal := coalesce(
        private.publication_refusal(content),
        case when content.status = 'approved' then private.claims_refusal(content) end
      );
      return case
        when refusal is null then private.enter_step(publication, 'notify')
        when private.awaits_recheck(publication, content) then private.await_recheck(publication, content)
        else private.undo_publication(publication, refusal)
      end;
    when 'unpublish' then
      return private.enter_step(
        publication, case publication.status when 'compensating' then 'revert_metadata' else 'notify' end
      );
    when 'revert_metadata' then
      update private.publications as present set metadata = null where present.id = publication.id;
      return private.enter_step(publication, 'notify_failure');
    when 'notify_failure' then
      publication := private.end_publication(publication, publication.ends_as);
      perform private.announce_publication(
        publication, case publication.status when 'failed' then 'PublicationFailed' else 'PublicationCancelled' end
      );
      return publication;
    else
      return private.complete_publication(publication, content);
  end case;
end;
$function$;

ALTER FUNCTION "private"."do_step"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.encrypted_columns()
 RETURNS TABLE(table_name text, column_name text, key_column text, index_column text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'phone', 'id', null),
    ('public.user_sessions', 'address', 'id', null),
    ('public.mfa_factors', 'secret', 'id', null),
    ('public.invitations', 'email', 'id', 'email_index'),
    ('public.channels', 'credentials', 'id', null),
    ('private.notification_destinations', 'url', 'id', null),
    ('private.notification_destinations', 'secret', 'id', null),
    ('private.webhook_secrets', 'secret', 'id', null),
    ('private.identity_tokens', 'new_email', 'token_hash', null);
$function$;

CREATE OR REPLACE FUNCTION private.end_publication(publication private.publications, status text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  ended private.publications;
begin
  update private.publications as present
  set
    status = end_publication.status, finished_at = now(),
    has_warnings = exists (
      select from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed'
    ),
    steps = private.last_steps(present.steps || jsonb_build_object(
      'step', present.step, 'started_at', present.step_started_at, 'finished_at', now(),
      'attempts', present.attempts + 1, 'error', null
    ))
  where present.id = publication.id
  returning present.* into ended;
  return ended;
end;
$function$;

ALTER FUNCTION "private"."end_publication"(private.publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.end_superseded(content_id uuid, reason text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  live private.publications;
  ended private.publications;
begin
  select * into live from private.publications as present
  where present.content_id = end_superseded.content_id and present.status in ('running', 'compensating')
  for update;
  if live.id is not null then
    update private.publication_channels as channel set state = 'skipped', changed_at = now()
    where channel.publication_id = live.id and channel.state in ('pending', 'withdrawing');
    update private.publications as present
    set
      status = case live.status when 'compensating' then live.ends_as else 'cancelled' end,
      error = left(reason, 500), finished_at = now()
    where present.id = live.id
    returning present.* into ended;
    perform private.announce_publication(
      ended, case ended.status when 'failed' then 'PublicationFailed' else 'PublicationCancelled' end
    );
  end if;
  return live;
end;
$function$;

ALTER FUNCTION "private"."end_superseded"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.enqueue_job(queue text, kind text, brand_id uuid DEFAULT NULL::uuid, payload jsonb DEFAULT '{}'::jsonb, run_at timestamp with time zone DEFAULT now(), dedupe_key text DEFAULT NULL::text, max_attempts integer DEFAULT 5, priority integer DEFAULT 0, order_key uuid DEFAULT NULL::uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  job_id uuid;
  announced text;
begin
  insert into private.jobs (
    queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, priority, order_key, place
  )
  values (
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority, enqueue_job.order_key,
    case when enqueue_job.order_key is not null then private.uuid_v7() end
  )
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  returning jobs.id into job_id;
  if job_id is not null and enqueue_job.run_at <= now() then
    announced := private.announce_work();
  end if;
  return job_id;
end;
$function$;

ALTER FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.enter_step(publication private.publications, step text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  moved private.publications;
begin
  update private.publications as present
  set
    step = enter_step.step, attempts = 0, step_started_at = now(), due_at = now(),
    deadline_at = now() + (select policy.deadline from private.publication_policy(enter_step.step) as policy),
    steps = private.last_steps(present.steps || jsonb_build_object(
      'step', publication.step, 'started_at', present.step_started_at, 'finished_at', now(),
      'attempts', present.attempts + 1, 'error', present.error
    )),
    error = case when present.status = 'running' then null else present.error end
  where present.id = publication.id
  returning present.* into moved;
  return moved;
end;
$function$;

ALTER FUNCTION "private"."enter_step"(private.publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.event_permission(aggregate_type text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when event_permission.aggregate_type in ('brand_member', 'invitation') then 'member.manage'
    when event_permission.aggregate_type in ('api_key', 'webhook', 'channel') then 'integration.manage'
    when event_permission.aggregate_type in ('workflow', 'workflow_definition', 'delegation')
      then 'workflow.read'
    when event_permission.aggregate_type = 'ai_generation' then 'ai.read'
    when event_permission.aggregate_type = 'claim' then 'claim.read'
    when event_permission.aggregate_type = 'file' then 'file.read'
    when event_permission.aggregate_type in ('brand', 'vetting_agency') then 'brand.read'
    else 'content.read'
  end;
$function$;

CREATE OR REPLACE FUNCTION private.export_activity(person uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'files', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', file.id, 'brand_id', file.brand_id, 'name', file.name, 'created_at', file.created_at
      )), '[]') from public.files as file where file.owner_id = person
    ),
    'notification_preferences', (
      select to_jsonb(preference) from public.notification_preferences as preference
      where preference.user_id = person
    ),
    'notifications', (
      select coalesce(jsonb_agg(to_jsonb(notification) - 'actor_id'), '[]')
      from (
        select * from public.notifications where notifications.user_id = person
        order by notifications.created_at desc limit 1000
      ) as notification
    ),
    'notification_destinations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', destination.id, 'kind', destination.kind, 'name', destination.name, 'host', destination.host,
        'created_at', destination.created_at
      )), '[]') from private.notification_destinations as destination where destination.user_id = person
    ),
    'contents_created', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', content.id, 'brand_id', content.brand_id, 'title', content.title, 'created_at', content.created_at
      )), '[]')
      from (
        select * from public.contents where contents.created_by = person order by contents.id desc limit 10000
      ) as content
    ),
    'comments', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', comment.id, 'content_id', comment.content_id, 'body', comment.body, 'created_at', comment.created_at
      )), '[]')
      from (
        select * from public.comments where comments.created_by = person order by comments.id desc limit 10000
      ) as comment
    ),
    'audit', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'action', entry.action, 'outcome', entry.outcome, 'occurred_at', entry.occurred_at
      )), '[]')
      from (
        select * from public.audit_log where audit_log.actor_id = person
        order by audit_log.occurred_at desc limit 10000
      ) as entry
    )
  );
$function$;

CREATE OR REPLACE FUNCTION private.find_removed_webhooks()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- The endpoints of all deliveries, each by one step in the index.
  with recursive known (brand_id, endpoint_id) as (
    (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    )
    union all
    select following.brand_id, following.endpoint_id
    from known
    cross join lateral (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where (delivery.brand_id, delivery.endpoint_id) > (known.brand_id, known.endpoint_id)
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    ) as following
  )
  select coalesce(array_agg(known.endpoint_id), '{}')
  from known
  where not exists (select from public.webhook_endpoints as endpoint where endpoint.id = known.endpoint_id);
$function$;

ALTER FUNCTION "private"."find_removed_webhooks"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.first_sentences(written text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  line constant text := btrim(regexp_replace(written, '[\s[:cntrl:]]+', ' ', 'g'));
begin
  if char_length(line) <= most then
    return nullif(line, '');
  end if;
  -- Never the beginning of a sentence: what follows may be what makes it true.
  return substring(left(line, most + 1) from '^(.*[.!?。！？])(?:\s.*)?$');
end;
$function$;

ALTER FUNCTION "private"."first_sentences"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.go_on(publication private.publications, step text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  present private.publications;
begin
  update private.publication_channels as channel
  set
    state = case
      when publication.direction = 'publish' and channel.channel_id in (
        select target.channel_id from private.channel_targets(publication.content_id) as target
      ) then 'pending' else 'withdrawing'
    end,
    attempts = 0, error = null, due_at = greatest(now(), channel.leased_until), changed_at = now()
  where channel.publication_id = publication.id and channel.state = 'failed';
  update private.publications as kept
  set
    status = 'running', step = go_on.step, attempts = 0, error = null, failed_step = null, ends_as = 'failed',
    has_warnings = false, is_validated = false, finished_at = null, due_at = now(), step_started_at = now(),
    started_at = now(), requested_by = coalesce(auth.uid(), kept.requested_by),
    deadline_at = now() + (select policy.deadline from private.publication_policy(go_on.step) as policy)
  where kept.id = publication.id
  returning kept.* into present;
  return present;
end;
$function$;

ALTER FUNCTION "private"."go_on"(private.publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_muted(preferences public.notification_preferences, brand uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(jsonb_array_length(preferences.muted_brands), 0) > 0 and exists (
    select from jsonb_array_elements(preferences.muted_brands) as muted
    where
      muted.value ->> 'brand_id' = has_muted.brand::text
      and coalesce((muted.value ->> 'until')::timestamptz, 'infinity') > now()
  );
end;
$function$;

ALTER FUNCTION "private"."has_muted"(public.notification_preferences, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.hold_in_publication()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  live uuid;
begin
  if (new.status, new.deleted_at) is distinct from (old.status, old.deleted_at) or private.is_edited(old, new) then
    select present.id into live from private.publications as present
    where present.content_id = old.id and present.direction = 'publish' and present.status = 'running';
    if live is not null and live::text is distinct from current_setting('mixerai.publication', true) then
      perform private.refuse(409, 'this content is being published', jsonb_build_array(jsonb_build_object(
        'field', 'status', 'code', 'CONFLICT',
        'message', format('wait, or POST /api/v1/contents/%s/publication/cancel', old.id)
      )));
    end if;
  end if;
  return new;
end;
$function$;

ALTER FUNCTION "private"."hold_in_publication"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.invite_colleague(brand uuid, person uuid, role public.brand_role, ends timestamp with time zone, extra text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  invitation uuid;
begin
  update public.invitations set status = 'expired'
  where
    invitations.brand_id = brand and invitations.status = 'pending' and invitations.expires_at <= now()
    and invitations.invitee_id = person;
  if exists (
    select from public.invitations
    where invitations.brand_id = brand and invitations.status = 'pending' and invitations.invitee_id = person
  ) then
    perform private.refuse(409, 'this person is invited already');
  end if;
  insert into public.invitations (brand_id, invitee_id, role, permissions, membership_expires_at, delivery)
  values (brand, person, invite_colleague.role, extra, ends, 'sent')
  returning invitations.id into invitation;
  perform private.notify(
    array[person], null, 'invitations', 'brand_invitation', 'You are invited to a brand',
    format('%s invites you as %s.', (
      select brands.name from public.brands where brands.id = brand
    ), invite_colleague.role), '/invitations'
  );
  return jsonb_build_object('invitation_id', invitation);
end;
$function$;

CREATE OR REPLACE FUNCTION private.is_left_undone(publication private.publications, content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return publication.direction = 'publish' and publication.status in ('failed', 'cancelled')
    and content.status <> 'published' and exists (
      select from private.publication_channels as standing
      where standing.content_id = content.id and standing.is_standing
    );
end;
$function$;

ALTER FUNCTION "private"."is_left_undone"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_missing_on_channels(content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return content.status = 'published' and exists (
    select from private.channel_targets(content.id) as target
    inner join public.channels on channels.id = target.channel_id
    where not exists (
      select from public.channel_publications as known
      where
        known.channel_id = target.channel_id and known.content_id = content.id and known.status = 'published'
        and known.channel_version = channels.version
    )
  );
end;
$function$;

ALTER FUNCTION "private"."is_missing_on_channels"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_news(notification public.notifications, preferences public.notification_preferences)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    not notification.is_read and not notification.is_archived
    and (notification.category in ('security', 'invitations')
      or not private.has_muted(preferences, notification.brand_id))
    and (
      notification.brand_id is null or exists (
        select from public.brand_members as member
        inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
        where
          member.brand_id = notification.brand_id and member.user_id = notification.user_id
          and (member.expires_at is null or member.expires_at > now())
          and not member.restrictions && case
            when notification.content_id is null then array['brand.read'] else array['brand.read', 'content.read']
          end
      )
    )
    and (
      notification.event not in ('task_assigned', 'sla_warning', 'sla_breach', 'escalation')
      or not notification.metadata ? 'taskId'
      or exists (
        select from public.workflow_tasks as task
        where task.id = (notification.metadata ->> 'taskId')::uuid and task.status = 'pending'
      )
    );
$function$;

ALTER FUNCTION "private"."is_news"(public.notifications, public.notification_preferences) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_reviewed(content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  edited_version integer;
  approval record;
  run_id uuid;
begin
  select versions.version into edited_version
  from public.content_versions as versions
  where
    versions.content_id = content.id and versions.brand_id = content.brand_id
    and versions.action in ('saved', 'autosave', 'restored', 'duplicated')
  order by versions.version desc
  limit 1;
  -- The first approval of this text. Later ones are of what was scheduled and is not any more.
  select versions.created_at, versions.created_by, versions.note into approval
  from public.content_versions as versions
  where
    versions.content_id = content.id and versions.brand_id = content.brand_id and versions.action = 'approved'
    and versions.version > coalesce(edited_version, 0)
  order by versions.version
  limit 1;
  select run.id into run_id
  from public.workflow_instances as run
  where
    run.content_id = content.id and run.brand_id = content.brand_id and run.outcome = 'approved'
    and run.completed_at = approval.created_at;
  if run_id is null then
    -- Approved without a workflow, by a person: a note says that no step applied, and nobody read it then.
    return approval.created_by is not null and approval.note = '';
  end if;
  return exists (
    select from public.workflow_tasks as task
    where task.instance_id = run_id and task.content_id = content.id and task.brand_id = content.brand_id
      and task.decision = 'approve'
  );
end;
$function$;

ALTER FUNCTION "private"."is_reviewed"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.keep_digest()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  next_at constant timestamptz := private.next_digest_at(
    new.digest, (select profiles.timezone from public.profiles where profiles.id = new.user_id), now()
  );
begin
  if next_at is null then
    update private.notification_digests set next_at = now(), ends_at = now()
    where notification_digests.user_id = new.user_id and notification_digests.ends_at is null;
  elsif tg_op = 'INSERT' or new.digest <> old.digest then
    insert into private.notification_digests as kept (user_id, next_at) values (new.user_id, next_at)
    on conflict (user_id) do update set next_at = excluded.next_at, ends_at = null;
  end if;
  return null;
end;
$function$;

ALTER FUNCTION "private"."keep_digest"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.known_publication(publication public.channel_publications, target text)
 RETURNS public.channel_publications
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if publication.target is distinct from known_publication.target then
    publication.remote_id := null;
    publication.url := null;
    publication.memory := '{}';
  end if;
  publication.round := publication.round + publication.is_withdrawing::integer;
  return publication;
end;
$function$;

ALTER FUNCTION "private"."known_publication"(public.channel_publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.known_zone(zone text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform now() at time zone known_zone.zone;
  return known_zone.zone;
exception
  when invalid_parameter_value then
    return 'UTC';
end;
$function$;

ALTER FUNCTION "private"."known_zone"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.last_publication(content_id uuid)
 RETURNS private.publications
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select present.* from private.publications as present
  where present.content_id = last_publication.content_id
  -- The live one first: one that was taken up again may be older than another.
  order by present.finished_at is not null, present.started_at desc, present.id desc
  limit 1;
$function$;

ALTER FUNCTION "private"."last_publication"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.last_steps(steps jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(listed.step order by listed.place), '[]')
    from jsonb_array_elements(steps) with ordinality as listed (step, place)
    where listed.place > jsonb_array_length(steps) - 50
  );
end;
$function$;

ALTER FUNCTION "private"."last_steps"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_publication(content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  publication private.publications;
begin
  perform private.require_permission(content.brand_id, 'content.publish', 'content');
  publication := private.last_publication(content.id);
  select * into publication from private.publications as present where present.id = publication.id for update;
  if publication.id is null and content.status <> 'published' then
    perform private.refuse(404, 'the content was never published');
  end if;
  return publication;
end;
$function$;

ALTER FUNCTION "private"."lock_publication"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_webhook_order()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select pg_advisory_xact_lock(hashtextextended('webhook_order', 0));
$function$;

ALTER FUNCTION "private"."lock_webhook_order"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.look_at_log(brand uuid, behind_transaction xid8, behind_event uuid, aggregate uuid, wanted_types text[], wanted_aggregate_type text, most integer)
 RETURNS TABLE(transaction_id xid8, id uuid, is_wanted boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
  behind constant uuid := coalesce(look_at_log.behind_event, '00000000-0000-0000-0000-000000000000');
begin
  return query
    with looked_at as materialized (
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is null and events.brand_id = look_at_log.brand
          and (events.transaction_id, events.id) > (look_at_log.behind_transaction, behind)
          and events.transaction_id < horizon
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
      union all
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is not null and events.brand_id = look_at_log.brand
          and events.aggregate_id = look_at_log.aggregate
          and (events.transaction_id, events.id) > (look_at_log.behind_transaction, behind)
          and events.transaction_id < horizon
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
    ),
    -- Each permission is asked for once.
    needed as (
      select private.event_permission(kind.aggregate_type) as permission, array_agg(kind.aggregate_type) as kinds
      from (select distinct looked_at.aggregate_type from looked_at) as kind
      group by 1
    ),
    readable as materialized (
      select kind.name
      from needed
      cross join unnest(needed.kinds) as kind (name)
      where
        look_at_log.brand = any (private.brands_permitting(needed.permission))
        and (kind.name <> 'workflow' or look_at_log.brand = any (private.brands_permitting('content.read')))
    )
    select
      looked_at.transaction_id, looked_at.id,
      looked_at.aggregate_type in (select readable.name from readable)
      and (look_at_log.wanted_types is null or looked_at.type = any (look_at_log.wanted_types))
      and (
        look_at_log.wanted_aggregate_type is null or looked_at.aggregate_type = look_at_log.wanted_aggregate_type
      )
    from looked_at
    order by looked_at.transaction_id, looked_at.id;
end;
$function$;

ALTER FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.made_metadata(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  said constant jsonb := private.as_object(content.metadata);
  made jsonb := '{}';
  summary text;
begin
  if private.is_blank(said -> 'metaTitle') then
    made := jsonb_build_object('metaTitle', case when char_length(content.title) <= 60 then content.title end);
  end if;
  if private.is_blank(said -> 'metaDescription') then
    summary := private.first_sentences(regexp_replace(content.excerpt, '<[^>]*>', ' ', 'g'), 155);
    -- Part of a text with claims may lack the words that another part adds to them.
    if summary is null and private.claims_state(content.brand_id) is null then
      summary := private.first_sentences(private.opening_words(content.body), 155);
    end if;
    made := made || jsonb_build_object('metaDescription', summary);
  end if;
  return nullif(jsonb_strip_nulls(made), '{}');
end;
$function$;

ALTER FUNCTION "private"."made_metadata"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.mark_own(marks jsonb, filters jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  person constant uuid := auth.uid();
  brands constant uuid [] := private.brands_permitting('brand.read');
  ids constant uuid [] := array(select jsonb_array_elements_text(filters -> 'ids'));
  marked integer;
begin
  with wanted as (
    select own.id from public.notifications as own
    where
      own.user_id = person and own.is_in_app and (own.brand_id is null or own.brand_id = any (brands))
      and (filters -> 'ids' is null or own.id = any (ids))
      and (filters ->> 'brand_id' is null or own.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or own.category = filters ->> 'category')
      and (filters ->> 'until' is null or own.last_at <= (filters ->> 'until')::timestamptz)
      and (
        own.is_read is distinct from coalesce((marks ->> 'is_read')::boolean, own.is_read)
        or own.is_archived is distinct from coalesce((marks ->> 'is_archived')::boolean, own.is_archived)
      )
    order by own.last_at desc, own.id desc
    limit 10000
  ),
  -- In the order of write_notices, so that neither waits for the other.
  locked as (
    select own.id from public.notifications as own
    where own.id in (select wanted.id from wanted)
    order by own.bundle_key, own.id
    for update
  ),
  marks_of as (
    select
      own.id, coalesce((marks ->> 'is_archived')::boolean, own.is_archived) as is_archived,
      coalesce((marks ->> 'is_read')::boolean, own.is_read) as is_read,
      -- Unread ones of one bundle are one row: a former one stays read.
      exists (
        select from public.notifications as newer
        where
          newer.user_id = own.user_id and newer.bundle_key = own.bundle_key and newer.id <> own.id
          and (newer.last_at, newer.id) > (own.last_at, own.id)
      ) as has_newer
    from public.notifications as own
    inner join locked on locked.id = own.id
  )
  update public.notifications as notification
  set
    is_read = marks_of.is_read or marks_of.is_archived or marks_of.has_newer, is_archived = marks_of.is_archived
  from marks_of
  where marks_of.id = notification.id;
  get diagnostics marked = row_count;
  return marked;
end;
$function$;

ALTER FUNCTION "private"."mark_own"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_join_topic(topic text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- A brand's topic has the events of its contents, workflows, generations, claims and files: it requires the
  -- permissions to read all of them.
  select case split_part(topic, ':', 1)
    when 'brand' then private.permits(subject.id, 'content.read') and private.permits(subject.id, 'workflow.read')
      and private.permits(subject.id, 'ai.read') and private.permits(subject.id, 'claim.read')
      and private.permits(subject.id, 'file.read')
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and private.permits(contents.brand_id, 'content.read')
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and private.permits(instance.brand_id, 'workflow.read')
        and private.permits(instance.brand_id, 'content.read')
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and private.permits(generation.brand_id, 'ai.read')
    )
    when 'user' then subject.id = auth.uid() and private.person_trusted()
    else false
  end
  from (
    select case
      when topic ~ '^[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(topic, ':', 2)::uuid
    end as id
  ) as subject
  where subject.id is not null;
$function$;

CREATE OR REPLACE FUNCTION private.next_attempts(publication private.publications)
 RETURNS SETOF private.publication_channels
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Much longer than an attempt may take (lib/publishing/saga): a target may still work on a request that nobody waits
  -- for any more. Whatever comes of it, the content may be there from now on.
  return query
    update private.publication_channels as channel
    set
      attempts = channel.attempts + 1, lease_number = channel.lease_number + 1,
      leased_until = now() + interval '60 seconds', due_at = now() + interval '60 seconds',
      is_standing = channel.is_standing or channel.state = 'pending'
    where
      channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
      and channel.due_at <= now() and (channel.leased_until is null or channel.leased_until <= now())
    returning channel.*;
  update private.publications as present
  set due_at = coalesce((
    select min(channel.due_at) from private.publication_channels as channel
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
  ), now())
  where present.id = publication.id;
end;
$function$;

ALTER FUNCTION "private"."next_attempts"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.next_digest_at(digest text, zone text, moment timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  place constant text := private.known_zone(zone);
  here constant timestamp := moment at time zone place;
  hour constant interval := interval '8 hours';
  following timestamp;
begin
  if digest = 'hourly' then
    -- By the clock that people see, which may be half an hour off; an hour long also where clocks are changed.
    return moment + (date_trunc('hour', here) + interval '1 hour' - here);
  elsif digest = 'daily' then
    following := date_trunc('day', here) + hour;
    following := following + case when following <= here then interval '1 day' else interval '0' end;
  elsif digest = 'weekly' then
    following := date_trunc('week', here) + hour;
    following := following + case when following <= here then interval '7 days' else interval '0' end;
  else
    return null;
  end if;
  return greatest(following at time zone place, moment + interval '1 second');
end;
$function$;

ALTER FUNCTION "private"."next_digest_at"(text, text, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.next_in_order(queue text, brands uuid[], wanted integer, OUT ids uuid[], OUT attempts integer[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  depth integer := (wanted - 1) / greatest(cardinality(brands), 1) + 1;
  with_more integer;
begin
  -- As claim_jobs chooses, but jobs that wait for another of their key are read and left out. So it may read more than
  -- it wants: up to 20,000 of a brand, of which the first may all wait for one that failed.
  loop
    with due as materialized (
      select brand.turn_of, job.*
      from unnest(brands) as brand (turn_of)
      cross join lateral (
        select
          jobs.id, jobs.run_at, jobs.attempts, jobs.order_key,
          row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as place_of_brand
        from private.jobs
        where
          jobs.queue = next_in_order.queue
          and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') = brand.turn_of
          and jobs.run_at <= now()
          and (jobs.lease_until is null or jobs.lease_until < now())
          and jobs.attempts < jobs.max_attempts
        order by jobs.priority desc, jobs.run_at, jobs.id
        limit depth
      ) as job
    ),
    -- Only the first job of a key can have been begun or have failed, now or before it was a dead letter. The others go
    -- with it while it is fresh, in one batch and behind it, and else wait for its end. While the consumer is behind,
    -- the first one may not be there yet.
    keys as (
      select key.order_key, head.id, head.is_fresh
      from (select distinct due.order_key from due where due.order_key is not null) as key
      cross join lateral (
        select
          first.id, first.attempts = 0 and first.leased_by is null and first.last_error is null as is_fresh
        from private.jobs as first
        where first.queue = next_in_order.queue and first.order_key = key.order_key
        order by first.place
        limit 1
      ) as head
      where not exists (
        select from private.outbox_consumers as reader where reader.name = next_in_order.queue and reader.is_behind
      )
    ),
    ready as (
      select
        due.id, due.run_at, due.attempts, due.order_key, keys.id as head_id,
        row_number() over (partition by due.turn_of order by due.place_of_brand) as turn
      from due
      left join keys on keys.order_key = due.order_key
      where due.order_key is null or keys.id = due.id or keys.is_fresh
    ),
    chosen as materialized (
      select
        ready.id, ready.attempts, ready.order_key, ready.head_id,
        row_number() over (order by ready.turn, ready.run_at, ready.id) as slot
      from ready
      order by slot
      limit wanted
    ),
    -- Times of jobs and places of events need not agree. The slots that a key has got go to its first jobs, so that no
    -- batch holds one without those before it.
    keys_of_slots as (
      select
        chosen.order_key, array_agg(chosen.slot order by chosen.slot) as slots,
        count(*) = 1 and min(chosen.id::text) = min(chosen.head_id::text) as is_head_alone
      from chosen
      where chosen.order_key is not null
      group by chosen.order_key
    ),
    placed as (
      select chosen.slot, chosen.id, chosen.attempts
      from chosen
      left join keys_of_slots on keys_of_slots.order_key = chosen.order_key
      where chosen.order_key is null or keys_of_slots.is_head_alone
      union all
      select keys_of_slots.slots[following.number], following.id, following.attempts
      from keys_of_slots
      cross join lateral (
        select jobs.id, jobs.attempts, row_number() over (order by jobs.place) as number
        from private.jobs
        where
          jobs.queue = next_in_order.queue and jobs.order_key = keys_of_slots.order_key
          and jobs.run_at <= now()
          and (jobs.lease_until is null or jobs.lease_until < now())
          and jobs.attempts < jobs.max_attempts
        order by jobs.place
        limit cardinality(keys_of_slots.slots)
      ) as following
      where not keys_of_slots.is_head_alone
    )
    select
      coalesce(array_agg(placed.id order by placed.slot), '{}'), array_agg(placed.attempts order by placed.slot),
      (select count(*) from due where due.place_of_brand = depth)
    into next_in_order.ids, next_in_order.attempts, with_more
    from placed;
    exit when cardinality(next_in_order.ids) = wanted or with_more = 0 or depth >= 20000;
    depth := depth * 4;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."next_in_order"(text, uuid[], integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.note_webhook_health(worker_results jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  told_of uuid [];
  candidates uuid [];
  failing record;
begin
  -- What ended by our own trouble, such as an event that is gone, says nothing about the receiver.
  select array_agg(distinct result.endpoint_id) into told_of
  from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
  where result.outcome in ('delivered', 'failed', 'gone');
  -- Endpoints before states, as where people change one, and each by the order of the ids.
  with held as (
    select endpoint.id from public.webhook_endpoints as endpoint
    where
      endpoint.is_active
      and (
        endpoint.id in (
          select result.endpoint_id from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
          where result.outcome = 'gone'
        )
        or endpoint.id in (
          select state.endpoint_id from private.webhook_states as state
          where state.endpoint_id = any (told_of) and state.failing_since < now() - interval '5 days'
        )
      )
    order by endpoint.id
    for no key update of endpoint
  )
  select coalesce(array_agg(held.id), '{}') into candidates from held;
  perform from private.webhook_states as state
  where state.endpoint_id = any (told_of) order by state.endpoint_id for update;
  update private.webhook_states as state
  set
    failures = case when told.successes > 0 then 0 else state.failures + told.failures end,
    failing_since = case
      when told.successes > 0 then null
      when state.last_failed_at < now() - interval '2 days' then now()
      else coalesce(state.failing_since, now())
    end,
    last_failed_at = case when told.successes = 0 then now() end,
    is_slow = told.slowest > 3000,
    -- From the third failure on it is tried less often: after 1, 2, 4 … 60 seconds.
    paused_until = case when told.successes = 0 and state.failures + told.failures >= 3 then
      now() + make_interval(secs => least(2 ^ least(state.failures + told.failures - 3, 6), 60))
    end,
    retry_until = greatest(
      state.retry_until, case when told.wait_seconds > 0 then now() + make_interval(secs => told.wait_seconds) end
    )
  from (
    select
      result.endpoint_id, count(*) filter (where result.outcome = 'delivered') as successes,
      count(*) filter (where result.outcome <> 'delivered')::integer as failures, max(result.duration_ms) as slowest,
      max(least(coalesce(result.retry_after, 0), 3600)) as wait_seconds
    from jsonb_to_recordset(worker_results) as result (
      endpoint_id uuid, outcome text, duration_ms integer, retry_after integer
    )
    where result.outcome in ('delivered', 'failed', 'gone')
    group by result.endpoint_id
  ) as told
  where
    state.endpoint_id = told.endpoint_id
    -- Nothing to change for those that do well, which are nearly all.
    and (
      told.failures > 0 or told.slowest > 3000 or state.failures > 0 or state.is_slow or state.paused_until is not null
      or told.wait_seconds > 0
    );
  for failing in
    select
      state.endpoint_id,
      bool_or(result.outcome = 'gone') as is_gone
    from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
    inner join private.webhook_states as state on state.endpoint_id = result.endpoint_id
    where state.endpoint_id = any (candidates)
    group by state.endpoint_id
    having
      bool_or(result.outcome = 'gone')
      or bool_or(state.failing_since < now() - interval '5 days' and state.failures >= 8)
    order by state.endpoint_id
  loop
    perform private.disable_webhook(failing.endpoint_id, case
      when failing.is_gone then 'the receiver answered 410 Gone'
      else 'every attempt of the last five days failed'
    end);
  end loop;
end;
$function$;

ALTER FUNCTION "private"."note_webhook_health"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.notify(people uuid[], brand uuid, category text, event text, title text, message text DEFAULT ''::text, action_url text DEFAULT NULL::text, type text DEFAULT 'info'::text, metadata jsonb DEFAULT '{}'::jsonb, permission text DEFAULT 'brand.read'::text, besides uuid DEFAULT NULL::uuid)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with source as materialized (select private.uuid_v7() as id)
  select private.write_notices(array_agg(row(
    source.id, person.id, notify.brand, notify.permission, notify.besides, notify.category, notify.type, notify.event,
    left(notify.title, 256), notify.message, notify.action_url, null, null, null, null, 0, false, true, false,
    notify.metadata
  )::private.notice))
  from source cross join unnest(notify.people) as person (id);
$function$;

ALTER FUNCTION "private"."notify"(uuid[], uuid, text, text, text, text, text, text, jsonb, text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.opening_words(markup text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- The beginning is enough, and may end within a tag or an entity.
  opening constant text := regexp_replace(
    regexp_replace(left(markup, 1000), '(<[^>]*|&[a-zA-Z0-9#]*)$', ''), '<[^>]*>', ' ', 'g'
  );
begin
  return regexp_replace(
    replace(replace(replace(opening, '&quot;', '"'), '&#39;', ''''), '&amp;', '&'), '&#?[a-zA-Z0-9]{1,10};', ' ', 'g'
  );
end;
$function$;

ALTER FUNCTION "private"."opening_words"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.own_destination(destination_id uuid)
 RETURNS private.notification_destinations
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  destination private.notification_destinations;
begin
  select kept.* into destination from private.notification_destinations as kept
  where kept.id = own_destination.destination_id;
  if destination.brand_id is not null and private.permits(destination.brand_id, 'brand.read') then
    perform private.require_permission(destination.brand_id, 'integration.manage', 'destination');
  elsif destination.user_id is distinct from auth.uid() or destination.id is null then
    perform private.refuse(404, 'destination not found');
  end if;
  return destination;
end;
$function$;

ALTER FUNCTION "private"."own_destination"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.own_webhook(webhook_id uuid)
 RETURNS public.webhook_endpoints
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint public.webhook_endpoints;
begin
  select found.* into endpoint from public.webhook_endpoints as found where found.id = own_webhook.webhook_id;
  perform private.require_permission(endpoint.brand_id, 'integration.manage', 'webhook');
  return endpoint;
end;
$function$;

ALTER FUNCTION "private"."own_webhook"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.place_in_log(brand uuid, event uuid)
 RETURNS xid8
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found_at xid8;
begin
  if place_in_log.event is null then
    return '0'::xid8;
  end if;
  select events.transaction_id into found_at
  from public.domain_events as events
  where events.id = place_in_log.event and events.brand_id = place_in_log.brand;
  if found_at is null then
    perform private.refuse(422, 'there is no such event in this brand', jsonb_build_array(jsonb_build_object(
      'field', 'after', 'code', 'NOT_FOUND', 'message', 'must be the id of an event of the brand'
    )));
  elsif found_at >= pg_snapshot_xmin(pg_current_snapshot()) then
    -- What is still open may come to lie before it, and would never be listed.
    perform private.refuse(422, 'this event is not listed yet', jsonb_build_array(jsonb_build_object(
      'field', 'after', 'code', 'CONFLICT', 'message', 'must have been listed or streamed: go on from your last cursor'
    )));
  end if;
  return found_at;
end;
$function$;

ALTER FUNCTION "private"."place_in_log"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.promote_webhook_heads(endpoints uuid[], aggregates uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Under the lock of private.lock_webhook_order, so that nothing is added or done between the look and the update.
  update public.webhook_deliveries as delivery
  set next_attempt_at = now()
  from (select distinct * from unnest(endpoints, aggregates)) as line (endpoint_id, aggregate_id)
  cross join lateral (
    select waiting.id from public.webhook_deliveries as waiting
    where
      waiting.endpoint_id = line.endpoint_id and waiting.aggregate_id = line.aggregate_id
      and waiting.is_ordered and waiting.status = 'pending'
    order by waiting.event_id
    limit 1
  ) as head
  where delivery.id = head.id and delivery.next_attempt_at is null;
$function$;

ALTER FUNCTION "private"."promote_webhook_heads"(uuid[], uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_actions(publication private.publications)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  select * into content from private.content_by_id(publication.content_id);
  return case
    when publication.status = 'running' and publication.direction = 'publish' then '["cancel", "retry"]'
    when private.is_left_undone(publication, content) then '["cancel", "retry"]'
    when publication.status in ('running', 'compensating', 'failed') or publication.has_warnings then '["retry"]'
    when publication.status = 'cancelled' and publication.direction = 'publish' then '["retry"]'
    when private.is_missing_on_channels(content) then '["retry"]'
    else '[]'
  end::jsonb;
end;
$function$;

ALTER FUNCTION "private"."publication_actions"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_answer(publication private.publications)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(array[publication.brand_id]);
begin
  return private.publication_document(publication) || jsonb_build_object(
    'people', private.people_named(array[publication.requested_by], access),
    'allowed_actions', case
      when not 'content.publish' = any (coalesce(access[1].permissions, '{}')) then '[]'::jsonb
      else private.publication_actions(publication)
    end
  );
end;
$function$;

ALTER FUNCTION "private"."publication_answer"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_before_records(content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  publication private.publications;
begin
  if content.status = 'published' then
    publication := jsonb_populate_record(publication, jsonb_build_object(
      'id', content.id, 'brand_id', content.brand_id, 'content_id', content.id, 'content_version', content.version,
      'direction', 'publish', 'status', 'completed', 'step', 'notify', 'attempts', 0, 'ends_as', 'failed',
      'has_warnings', false, 'steps', '[]'::jsonb, 'requested_by', content.published_by,
      'started_at', coalesce(content.published_at, content.updated_at),
      'finished_at', coalesce(content.published_at, content.updated_at)
    ));
  end if;
  return publication;
end;
$function$;

ALTER FUNCTION "private"."publication_before_records"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_brief(publication_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object('id', present.id, 'status', present.status, 'step', present.step)
  from private.publications as present where present.id = publication_brief.publication_id;
$function$;

ALTER FUNCTION "private"."publication_brief"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_delay(step text, is_required boolean, attempts integer, asked_seconds double precision DEFAULT NULL::double precision)
 RETURNS interval
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  policy record;
begin
  select * into policy from private.publication_policy(step, is_required);
  return interval '1 second' * greatest(
    least(policy.first_seconds * 4 ^ (greatest(attempts, 1) - 1), policy.longest_seconds) * (0.75 + random() * 0.5),
    least(coalesce(asked_seconds, 0), 3600)
  );
end;
$function$;

ALTER FUNCTION "private"."publication_delay"(text, boolean, integer, double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_document(publication private.publications)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return to_jsonb(publication) - '{deadline_at, ends_as, due_at, metadata, is_validated}'::text []
  || jsonb_build_object(
    'next_attempt_at', case when publication.status in ('running', 'compensating') then publication.due_at end,
    'channels', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'channel_id', channel.channel_id, 'kind', channel.kind, 'is_required', channel.is_required,
        'state', channel.state, 'attempts', channel.attempts, 'url', channel.url, 'error', channel.error,
        'next_attempt_at', case when channel.state in ('pending', 'withdrawing') then channel.due_at end,
        'changed_at', channel.changed_at
      ) order by channel.channel_id), '[]')
      from private.publication_channels as channel where channel.publication_id = publication.id
    )
  );
end;
$function$;

ALTER FUNCTION "private"."publication_document"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, content.title, content.id as content_id,
      case event.type when 'ContentStatusChanged' then event.payload ->> 'to' end as status,
      (event.payload ->> 'requestedBy')::uuid as requested_by, event.payload ->> 'direction' as direction,
      jsonb_path_exists(event.payload, '$.channels[*] ? (@.hasFailed == true)') as is_partial
    from public.domain_events as event
    inner join public.contents as content
      on content.id = event.aggregate_id and content.brand_id = event.brand_id
    where
      event.id = any (publication_notices.ids)
      and event.type in (
        'ContentPublished', 'ContentUpdated', 'ContentDeleted', 'ContentStatusChanged', 'PublicationCompleted',
        'PublicationFailed', 'PublicationCancelled'
      )
      and (content.deleted_at is null or event.type = 'ContentDeleted')
      and (event.type <> 'ContentStatusChanged' or event.payload ->> 'to' in ('scheduled', 'archived'))
      -- An editor that is open saves many times an hour, and nobody waits to hear of it. Those that are old are dropped.
      and (
        event.type <> 'ContentUpdated' or exists (
          select from public.content_versions as version
          where
            version.content_id = event.aggregate_id and version.version = event.aggregate_version
            and version.action <> 'autosave'
        )
      )
      -- Other events tell of contents that were taken back, and of those without channels.
      and (
        event.type not in ('PublicationCompleted', 'PublicationCancelled')
        or event.payload ->> 'direction' is distinct from 'unpublish' and event.payload -> 'channels' <> '[]'
      )
  )
  select
    happened.id, people.id, happened.brand_id, 'content.read', happened.actor_id, 'content',
    case happened.type
      when 'ContentPublished' then 'success'
      when 'PublicationCompleted' then case when happened.is_partial then 'warning' else 'success' end
      when 'PublicationFailed' then 'error' when 'PublicationCancelled' then 'warning' else 'info'
    end,
    case happened.type
      when 'ContentPublished' then 'content_published' when 'ContentUpdated' then 'content_updated'
      when 'ContentDeleted' then 'content_deleted' when 'PublicationCompleted' then 'publication_completed'
      when 'PublicationFailed' then 'publication_failed' when 'PublicationCancelled' then 'publication_cancelled'
      else 'content_' || happened.status
    end,
    format(case happened.type
      when 'ContentPublished' then 'Published: “%s”' when 'ContentUpdated' then 'Changed: “%s”'
      when 'ContentDeleted' then 'Deleted: “%s”' when 'PublicationCompleted' then
        case when happened.is_partial then 'Published, but not on all channels: “%s”' else 'On all channels: “%s”' end
      when 'PublicationFailed' then
        case happened.direction when 'unpublish' then 'Taking back failed: “%s”' else 'Publishing failed: “%s”' end
      when 'PublicationCancelled' then 'Not published: “%s”'
      else case happened.status when 'scheduled' then 'Scheduled: “%s”' else 'Archived: “%s”' end
    end, happened.title),
    '', '/contents/' || happened.content_id, happened.content_id,
    -- The way of a content to its readers is one notification, which says how far it is.
    case happened.type
      when 'ContentUpdated' then 'edits:' || happened.content_id
      when 'ContentPublished' then 'publication:' || happened.content_id
      -- One of which a channel failed is told on its own, also by mail.
      when 'PublicationCompleted' then
        case when not happened.is_partial then 'publication:' || happened.content_id end
    end,
    case happened.type when 'ContentUpdated' then 'changes of' end,
    happened.title, 0, false, happened.type <> 'ContentUpdated', happened.type <> 'ContentUpdated',
    jsonb_build_object('contentId', happened.content_id)
  from happened
  cross join lateral (
    select watchers.id from private.watchers_of(happened.content_id) as watchers (id)
    union
    select admins.id from private.admins_of(happened.brand_id) as admins (id)
    where happened.type = 'PublicationFailed'
    union
    select happened.requested_by
    where happened.type = 'PublicationFailed' and happened.requested_by is not null
  ) as people;
$function$;

ALTER FUNCTION "private"."publication_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_policy(step text, is_required boolean DEFAULT true)
 RETURNS TABLE(attempts integer, first_seconds double precision, longest_seconds double precision, deadline interval)
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- Attempts come after 5, 20, 80 … seconds, up to the longest.
  return query select
    policy.attempts, policy.first_seconds::double precision, policy.longest_seconds::double precision, policy.deadline
  from (
    values
    ('publish_to_channels', true, 6, 5, 1800, interval '2 hours'),
    -- Holds up what the others are to show, so it has less time.
    ('publish_to_channels', false, 3, 5, 60, interval '10 minutes'),
    ('unpublish', true, 8, 5, 900, interval '2 hours'),
    ('unpublish', false, 3, 5, 60, interval '10 minutes')
  ) as policy (step, is_required, attempts, first_seconds, longest_seconds, deadline)
  where policy.step = publication_policy.step and policy.is_required = publication_policy.is_required
  union all
  select 5, 5::double precision, 300::double precision, interval '1 hour'
  where publication_policy.step not in ('publish_to_channels', 'unpublish');
end;
$function$;

ALTER FUNCTION "private"."publication_policy"(text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_refusal(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when content.deleted_at is not null then 'the content was deleted'
    when content.status not in ('approved', 'published') then format('the content is %s', content.status)
    when content.expires_at <= now() then 'the content has expired'
    when exists (
      select from public.brands where brands.id = content.brand_id and brands.deleted_at is not null
    ) then 'the brand was deleted'
  end;
end;
$function$;

ALTER FUNCTION "private"."publication_refusal"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publish(content public.contents)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Most brands have no channel, and need not be asked which of them take the content. One that was switched off may
  -- still have a former version.
  is_direct constant boolean := (
    not exists (select from public.channels where channels.brand_id = content.brand_id and channels.is_active)
    or not exists (select from private.channel_targets(content.id))
  ) and not exists (
    select from private.publication_channels as standing
    where standing.content_id = content.id and standing.is_standing
  );
begin
  perform private.refuse_live(content);
  if is_direct then
    perform private.transition_content(content, 'published');
    insert into private.publications (
      brand_id, content_id, content_version, status, step, requested_by, metadata, finished_at
    )
    values (
      content.brand_id, content.id, content.version + 1, 'completed', 'notify', auth.uid(),
      private.made_metadata(content), now()
    );
    return null;
  end if;
  return (private.begin_publication(content)).id;
end;
$function$;

ALTER FUNCTION "private"."publish"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publish_due_content(content_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  -- A locked row is skipped, so that each content is published by one of two schedulers that run at the same time.
  select contents.* into content
  from public.contents
  inner join public.brands on brands.id = contents.brand_id and brands.deleted_at is null
  where
    contents.id = publish_due_content.content_id and contents.status = 'scheduled' and contents.scheduled_for <= now()
    and contents.deleted_at is null
  for update of contents skip locked;
  if content.id is null then
    return null;
  elsif
    content.scheduled_for > now() - interval '10 minutes' and not coalesce(content.expires_at <= now(), false)
    and not private.has_open_violations(content) and cardinality(private.markets_to_recheck(content)) > 0
  then
    -- The claims have changed since its check, and public.queue_claim_checks has it checked again.
    return null;
  elsif content.expires_at <= now() or private.claims_refusal(content) is not null then
    perform private.transition_content(content, 'approved',
      '{"note": "not published: expired, in violation of a claim, or not checked against the present claims"}');
    return 'unscheduled';
  end if;
  return case when private.publish(content) is null then 'published' else 'started' end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.push_notifications(ids uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with pushed as (
    select
      notification.*, preferences.digest,
      case
        when notification.category = 'security' or notification.is_urgent then now()
        else coalesce(
          private.quiet_until(preferences.quiet_from, preferences.quiet_to, profiles.timezone, now()), now()
        )
      end as due_at,
      preferences
    from public.notifications as notification
    inner join public.profiles on profiles.id = notification.user_id
    left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
    where
      notification.id = any (push_notifications.ids)
      and notification.is_pushed
      -- Reminders are pushed to those who ask for them (domain §9).
      and (notification.event <> 'sla_warning' or coalesce(preferences.task_reminders, false))
  ),
  queued as (
    insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key)
    select
      'notification_mail', 'notification', pushed.brand_id, jsonb_build_object('notificationId', pushed.id),
      pushed.due_at, pushed.id::text
    from pushed
    where
      pushed.is_mailed
      and (coalesce(pushed.digest, 'instant') = 'instant' or pushed.category in ('security', 'invitations'))
    union all
    select
      'notification_chat', 'notification', pushed.brand_id, jsonb_build_object(
        'notificationId', pushed.id, 'destinationId', destination.id, 'title', pushed.title,
        'message', pushed.message, 'url', pushed.action_url, 'type', pushed.type, 'event', pushed.event,
        'brandId', pushed.brand_id, 'at', pushed.last_at
      ),
      pushed.due_at, pushed.id || ':' || destination.id
    from pushed
    inner join private.notification_destinations as destination
      on destination.user_id = pushed.user_id and destination.is_enabled
    where
      private.wants(pushed.preferences, pushed.category, destination.kind)
      and (destination.categories = '{}' or pushed.category = any (destination.categories))
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
    returning jobs.run_at
  )
  -- Commands notify as well: what is due is sent once they have committed.
  select from (select 1 from queued where queued.run_at <= now() limit 1) as due
  cross join lateral private.announce_work();
$function$;

ALTER FUNCTION "private"."push_notifications"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.push_to_brands(notices private.notice[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with shared as (
    select distinct on (notice.source_id, notice.event) notice.*
    from unnest(push_to_brands.notices) as notice
    where notice.is_shared
    order by notice.source_id, notice.event, notice.rank
  ),
  told as (
    insert into private.told_people (source_id, recipient_id)
    select distinct shared.source_id, destination.id
    from shared
    inner join private.notification_destinations as destination
      on destination.brand_id = shared.brand_id and destination.is_enabled
    where destination.categories = '{}' or shared.category = any (destination.categories)
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  insert into private.jobs (queue, kind, brand_id, payload, dedupe_key)
  select distinct on (told.source_id, told.recipient_id)
    'notification_chat', 'notification', shared.brand_id, jsonb_build_object(
      'destinationId', told.recipient_id, 'title', shared.title, 'message', left(coalesce(shared.message, ''), 2000),
      'url', shared.action_url, 'type', shared.type, 'event', shared.event, 'brandId', shared.brand_id, 'at', now(),
      'sourceId', shared.source_id
    ),
    told.source_id || ':' || told.recipient_id
  from told
  inner join shared on shared.source_id = told.source_id
  order by told.source_id, told.recipient_id, shared.rank
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing;
$function$;

ALTER FUNCTION "private"."push_to_brands"(private.notice[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.quiet_until(quiet_from time without time zone, quiet_to time without time zone, zone text, moment timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  place constant text := private.known_zone(zone);
  here constant timestamp := moment at time zone place;
  clock constant time := here::time;
  ends timestamptz;
begin
  if quiet_from is null or quiet_to is null or quiet_from = quiet_to then
    return null;
  elsif quiet_from < quiet_to and (clock < quiet_from or clock >= quiet_to) then
    return null;
  elsif quiet_from > quiet_to and clock < quiet_from and clock >= quiet_to then
    return null;
  end if;
  ends := (here::date + quiet_to + case when quiet_to <= clock then interval '1 day' else interval '0' end)
    at time zone place;
  -- Where clocks went back between, the hour that comes twice may lie before the moment.
  return case when ends > moment then ends else moment + interval '1 hour' end;
end;
$function$;

ALTER FUNCTION "private"."quiet_until"(time without time zone, time without time zone, text, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.reached(notices private.notice[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select distinct on (notice.source_id, notice.user_id) notice.*
  from unnest(reached.notices) as notice
  inner join public.profiles on profiles.id = notice.user_id and profiles.is_active
  left join public.notification_preferences as preferences on preferences.user_id = notice.user_id
  where
    notice.user_id is distinct from notice.actor_id
    and (
      notice.brand_id is null or exists (
        select from public.brand_members as member
        inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
        where
          member.brand_id = notice.brand_id and member.user_id = notice.user_id
          and (member.expires_at is null or member.expires_at > now())
          and not member.restrictions && array['brand.read', notice.permission]
          and notice.permission = any (private.permissions_of(member.role) || member.permissions)
      )
    )
    and (
      notice.category in ('security', 'invitations')
      or not private.has_muted(preferences, notice.brand_id)
      and (
        -- Most people never chose, and thousands may watch.
        preferences.user_id is null and notice.category <> 'marketing'
        or exists (
          select from unnest(array['in_app', 'email', 'slack', 'teams', 'webhook']) as channel
          where private.wants(preferences, notice.category, channel)
        )
      )
    )
  order by notice.source_id, notice.user_id, notice.rank;
$function$;

ALTER FUNCTION "private"."reached"(private.notice[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_content_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  change jsonb;
  state jsonb;
  former_state jsonb;
  changes jsonb;
  names jsonb;
  described text;
  event_id uuid;
begin
  if tg_op = 'UPDATE' and new.version = old.version then
    return null; -- an update of unversioned columns
  end if;
  change := private.described_change();
  state := private.content_state(new);
  event_id := private.store_version(new, state, private.version_action(old, new, change), change);
  described := private.describe_change('{}');
  -- Events carry the changes themselves, so that the log alone gives the row again (private.rebuild_content).
  if tg_op = 'INSERT' then
    event_id := private.append_content_event(new, 'ContentCreated', jsonb_build_object(
      'status', new.status, 'changes', state, 'at', now(), 'major', new.major_version, 'minor', new.minor_version
    ));
    return null;
  end if;
  former_state := private.content_state(old);
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}'), jsonb_agg(entry.key order by entry.key)
  into changes, names
  from jsonb_each(state) as entry
  where entry.value is distinct from former_state -> entry.key;
  event_id := private.append_change_events(old, new, changes, names, nullif(change ->> 'feedback', ''));
  -- Autosaves are many, and nobody waits to hear of one.
  if change ->> 'is_autosave' = 'true' and new.status = old.status then
    described := private.announce_work(is_urgent => false);
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.refuse_live(content public.contents)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  live private.publications;
begin
  select * into live from private.publications as present
  where
    present.content_id = content.id and present.direction = 'publish'
    and present.status in ('running', 'compensating');
  if live.id is not null then
    perform private.refuse(409, case live.status
      when 'running' then 'this content is being published' else 'its last publication is being undone'
    end, jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format('see /api/v1/contents/%s/publication', content.id)
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."refuse_live"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_publication(publication private.publications, action text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.refuse(409, format(
    'a publication that is %s cannot be %s',
    case
      when publication.direction = 'unpublish' then 'taking a content back' else coalesce(publication.status, 'completed')
    end, action
  ), jsonb_build_array(jsonb_build_object(
    'field', 'status', 'code', 'CONFLICT', 'message', 'it is ' || coalesce(publication.status, 'completed')
  )));
end;
$function$;

ALTER FUNCTION "private"."refuse_publication"(private.publications, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.repeat_webhook_deliveries(deliveries uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  repeated integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  perform private.lock_webhook_order();
  with again as (
    update public.webhook_deliveries as delivery
    set
      status = 'pending', attempts = 0, delivered_at = null, leased_by = null, error = null, response_status = null,
      next_attempt_at = case when not delivery.is_ordered then now() end
    where delivery.id = any (repeat_webhook_deliveries.deliveries) and delivery.status <> 'pending'
    returning delivery.endpoint_id, delivery.aggregate_id, delivery.is_ordered
  )
  select
    count(*), array_agg(again.endpoint_id) filter (where again.is_ordered),
    array_agg(again.aggregate_id) filter (where again.is_ordered)
  into repeated, ordered_endpoints, ordered_aggregates
  from again;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  return repeated;
end;
$function$;

ALTER FUNCTION "private"."repeat_webhook_deliveries"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_channel(channel_id uuid)
 RETURNS public.channels
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  channel public.channels;
begin
  select * into channel from public.channels where channels.id = require_channel.channel_id;
  if channel.id is null then
    perform private.refuse(404, 'channel not found');
  end if;
  perform private.require_permission(channel.brand_id, 'integration.manage', 'channel');
  return channel;
end;
$function$;

ALTER FUNCTION "private"."require_channel"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_own_session()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_own_session"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_target(channel public.channels, settings jsonb, has_credentials boolean)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  standing bigint;
begin
  if not has_credentials and exists (
    select from unnest('{url, siteUrl, apiUrl, shopUrl, endpointUrl}'::text []) as address
    where channel.settings ->> address is distinct from require_target.settings ->> address
  ) then
    perform private.refuse(400, 'the credentials are needed for another address', jsonb_build_array(
      jsonb_build_object(
        'field', 'credentials', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'is required with another address'
      )
    ));
  end if;
  if
    private.channel_target(channel.kind, channel.settings)
    is not distinct from private.channel_target(channel.kind, require_target.settings)
  then
    return;
  end if;
  select count(*) into standing from public.channel_publications as publication
  where publication.channel_id = channel.id and publication.is_standing;
  if standing > 0 then
    perform private.refuse(409, 'the present target has contents of the channel', jsonb_build_array(
      jsonb_build_object('field', 'settings', 'code', 'CONFLICT', 'message', format(
        '%s contents may be at the present target: archive them first, or create another channel', standing
      ))
    ));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_target"(public.channels, jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.retry_ended(publication private.publications, content public.contents)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  event_id uuid;
  refusal text;
begin
  if publication.direction = 'unpublish' and publication.status = 'failed' then
    publication := private.go_on(publication, 'unpublish');
  elsif publication.status = 'completed' and publication.has_warnings and content.status = 'published' then
    publication := private.go_on(publication, 'publish_to_channels');
  elsif private.is_missing_on_channels(content) then
    refusal := private.claims_refusal(content);
    if refusal is not null then
      perform private.refuse(409, refusal);
    end if;
    return private.begin_publication(content);
  elsif publication.direction = 'publish' and publication.status in ('failed', 'cancelled') then
    perform private.require_action(content, 'publish');
    -- What it did was undone, so it begins anew. The channels may be others by now.
    if content.status = 'published' then
      perform private.refuse_publication(publication, 'retried');
    end if;
    return private.begin_publication(content);
  else
    perform private.refuse_publication(publication, 'retried');
  end if;
  event_id := private.announce_publication(publication, 'PublicationStarted');
  return publication;
end;
$function$;

ALTER FUNCTION "private"."retry_ended"(private.publications, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select
    event.id, coalesce(event.actor_id, content.created_by), event.brand_id, 'content.read', null::uuid, 'content',
    case event.payload ->> 'overall' when 'approved' then 'success' when 'rejected' then 'error' else 'warning' end,
    'claims_reviewed', format('Claims reviewed: “%s”', content.title),
    format(
      'Market %s: %s, %s violation(s).', event.payload ->> 'country', replace(event.payload ->> 'overall', '_', ' '),
      event.payload ->> 'violations'
    ),
    '/contents/' || content.id, content.id, 'claims:' || content.id, null, content.title, 0, false, false, true,
    jsonb_build_object('contentId', content.id, 'country', event.payload ->> 'country')
  from public.domain_events as event
  inner join public.contents as content
    on content.id = event.aggregate_id and content.brand_id = event.brand_id and content.deleted_at is null
  where event.id = any (review_notices.ids) and event.type = 'ClaimsReviewed';
$function$;

ALTER FUNCTION "private"."review_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.revive_job(job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with revived as (
    delete from private.dead_jobs where dead_jobs.id = revive_job.job_id returning *
  ),
  queued as (
    -- A job with a last_error keeps the later ones of its order_key waiting, as one that is being retried does.
    insert into private.jobs (
      id, queue, kind, brand_id, payload, dedupe_key, max_attempts, created_at, last_error, order_key, place
    )
    select revived.id, revived.queue, revived.kind, revived.brand_id, revived.payload, revived.dedupe_key,
      revived.max_attempts, revived.created_at, revived.last_error, revived.order_key, revived.place
    from revived
    -- The same work may have been asked for again meanwhile.
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
    returning 1
  )
  select exists (select from revived);
$function$;

CREATE OR REPLACE FUNCTION private.send_event(event public.domain_events)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  message constant jsonb := jsonb_build_object(
    'eventId', event.id,
    'type', event.type,
    'brandId', event.brand_id,
    'aggregateType', event.aggregate_type,
    'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'actorId', event.actor_id,
    'actorAccount', event.actor_account,
    'requestId', event.correlation_id,
    'occurredAt', event.occurred_at,
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', event.payload - 'changes'
  );
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  topics constant text [] := array_remove(array[
    case when event.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook', 'channel') then
      'brand:' || event.brand_id
    end,
    case when event.aggregate_type in ('content', 'workflow', 'ai_generation') then
      case event.aggregate_type when 'ai_generation' then 'ai' else event.aggregate_type end
      || ':' || event.aggregate_id
    end
  ], null);
begin
  -- As realtime.send does for each topic (https://github.com/supabase/realtime, 20260605120000), all topics in one
  -- statement and one subtransaction. Like there, a message that cannot be stored is lost and ends no command.
  insert into realtime.messages (id, payload, event, topic, private, extension)
  select made.id, message || jsonb_build_object('id', made.id), event.type, made.topic, true, 'broadcast'
  from (select gen_random_uuid() as id, listed.topic from unnest(topics) as listed (topic)) as made;
  return cardinality(topics);
exception
  when others then
    raise warning 'the event % was not sent: %', event.id, sqlerrm;
    return 0;
end;
$function$;

CREATE OR REPLACE FUNCTION private.send_summary(command text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- One subtransaction for each stays below the 64 that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  event public.domain_events;
  happened_events integer;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  -- The lowest id that an event of this transaction may have lets the planner open the partitions of this year only.
  select count(*) into happened_events
  from (
    select from public.domain_events as each
    where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
    limit most_single_events + 1
  ) as first_events;
  if happened_events <= most_single_events then
    for event in
      select each.* from public.domain_events as each
      where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
      order by each.id
    loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type, each.actor_id, each.actor_account,
        -- Payloads of contents may be large, and are not read.
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from public.domain_events as each
      where
        each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
        and each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook', 'channel')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      max(happened.actor_id::text) as actor_id,
      max(happened.actor_account) as actor_account,
      (array_agg(distinct happened.content_id) filter (where happened.content_id is not null))[1 : most_ids]
        as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as occurrences
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', summary.actor_id,
        'actorAccount', summary.actor_account,
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'lastEventId', summary.last_event_id,
        'data', jsonb_build_object(
          'command', send_summary.command,
          'events', summary.occurrences,
          'contentIds', to_jsonb(coalesce(summary.content_ids, '{}'))
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
end;
$function$;

CREATE OR REPLACE FUNCTION private.settle_channels(publication private.publications)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update private.publication_channels as channel
  set
    state = 'failed', error = coalesce(channel.error, 'it did not answer in time'), changed_at = now(),
    is_standing = channel.is_standing or channel.state = 'withdrawing'
  where
    channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
    and (channel.leased_until is null or channel.leased_until <= now())
    and publication.step_started_at + (
      select policy.deadline from private.publication_policy(
        case channel.state when 'pending' then 'publish_to_channels' else 'unpublish' end,
        channel.is_required or publication.status = 'compensating'
      ) as policy
    ) <= now();
end;
$function$;

ALTER FUNCTION "private"."settle_channels"(private.publications) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_metadata(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return (private.as_object(content.metadata) - 'targetAudience') || coalesce(
    (
      select kept.metadata from private.publications as kept
      where kept.content_id = content.id and kept.metadata is not null
      limit 1
    ), '{}'
  );
end;
$function$;

ALTER FUNCTION "private"."shown_metadata"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.source_of_mentions(comment_id uuid)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- It keeps the time of the comment, by which sources are forgotten.
  select overlay(
    md5('mentions in ' || source_of_mentions.comment_id) placing left(source_of_mentions.comment_id::text, 13) from 1
    for 12
  )::uuid;
$function$;

ALTER FUNCTION "private"."source_of_mentions"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stamp_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Functions get a copy: handed on as a whole, the new row would lose where its long values are stored, and they would be
  -- stored again.
  changed public.contents := new;
  uncounted public.contents := new;
begin
  if new.brand_id <> old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  new.id := old.id;
  new.created_by := old.created_by;
  new.created_at := old.created_at;
  if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score) then
    -- The columns of private.unversioned_columns
    uncounted.views := old.views;
    uncounted.shares := old.shares;
    uncounted.score := old.score;
    if uncounted is not distinct from old then
      return new; -- not a change of the content: no version, no stamps
    end if;
  end if;
  if private.is_edited(old, changed) then
    if not private.is_editable(old.status) then
      perform private.require_editable(old);
    end if;
    -- An edit voids the approval (domain §3).
    if old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft';
    end if;
  end if;
  if new.status <> old.status and not private.is_transition(old.status, new.status) then
    perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
  end if;
  if new.status = 'published' and old.status <> 'published' then
    new.published_at := now();
    -- Of a publication that a worker completes: whoever asked for it.
    new.published_by := coalesce(auth.uid(), nullif(current_setting('mixerai.publisher', true), '')::uuid);
  end if;
  if new.status <> 'scheduled' then
    new.scheduled_for := null;
  end if;
  if new.slug <> old.slug then
    new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
  end if;
  new.version := old.version + 1;
  if new.status <> old.status or private.described_change() ->> 'is_autosave' = 'true' then
    new.minor_version := old.minor_version + 1;
  else
    new.major_version := old.major_version + 1;
    new.minor_version := 0;
  end if;
  changed := new;
  new.score := private.changed_score(old, changed);
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.step_failed(publication private.publications, state text, message text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  policy record;
  failed private.publications;
  -- Messages of the database may quote what somebody wrote: only our own refusals are kept in words.
  reason constant text := case when state ~ '^PT[0-9]{3}$' then left(message, 500) else 'SQLSTATE ' || state end;
begin
  select * into policy from private.publication_policy(publication.step);
  update private.publications as present
  set
    attempts = present.attempts + 1, error = reason,
    due_at = now() + private.publication_delay(present.step, true, present.attempts + 1)
  where present.id = publication.id
  returning present.* into failed;
  if failed.attempts < policy.attempts and now() < failed.deadline_at and state !~ '^PT4' then
    return failed;
  elsif failed.status = 'running' and failed.direction = 'publish' then
    return private.undo_publication(failed, reason);
  elsif failed.attempts >= policy.attempts or now() >= failed.deadline_at then
    failed := private.end_publication(failed, 'failed');
    perform private.announce_publication(failed, 'PublicationFailed');
  end if;
  return failed;
end;
$function$;

ALTER FUNCTION "private"."step_failed"(private.publications, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, event.payload, content.id as content_id, content.title,
      task.status, coalesce(event.payload ->> 'step', step_run.name) as step, task.due_at, task.id as task_id,
      (event.payload ->> 'assigneeId')::uuid as assignee_id, content.created_by
    from public.domain_events as event
    inner join public.contents as content
      on content.id = (event.payload ->> 'contentId')::uuid and content.brand_id = event.brand_id
      and content.deleted_at is null
    left join public.workflow_tasks as task on task.id = (event.payload ->> 'taskId')::uuid
    left join public.workflow_step_runs as step_run on step_run.id = task.step_run_id
    where
      event.id = any (task_notices.ids)
      and event.type in ('TaskAssigned', 'TaskReassigned', 'TaskReminder', 'TaskEscalated', 'WorkflowNotification')
  ),
  told as (
    select happened.*, told.person, told.event, told.kind, told.words, told.is_urgent, told.rank, told.is_shared
    from happened
    cross join lateral (
      -- A task that was decided meanwhile needs nobody.
      select
        happened.assignee_id as person, 'task_assigned' as event, 'warning' as kind,
        format('Review needed: “%s”', happened.title) as words, false as is_urgent, 0 as rank, true as is_shared
      where happened.type = 'TaskAssigned' and happened.status = 'pending'
      union all
      select (happened.payload ->> 'from')::uuid, 'task_reassigned', 'warning',
        format('Somebody else reviews “%s” now', happened.title), false, 0, false
      where happened.type = 'TaskReassigned'
      union all
      select happened.assignee_id, 'sla_warning', 'warning', format('Due soon: “%s”', happened.title), false, 0, true
      where happened.type = 'TaskReminder' and happened.status = 'pending'
      union all
      select happened.assignee_id, 'sla_breach', 'error', format('Overdue: “%s”', happened.title), true, 0, true
      where happened.type = 'TaskEscalated'
      union all
      select admins.id, 'escalation', 'error', format('A review is overdue: “%s”', happened.title), false, 1, true
      from private.admins_of(happened.brand_id) as admins (id)
      where happened.type = 'TaskEscalated'
      union all
      select named.id::uuid, 'workflow_notice', 'info', format('For your information: “%s”', happened.title), false, 0,
        true
      from jsonb_array_elements_text(
        case when happened.type = 'WorkflowNotification' then happened.payload -> 'userIds' else '[]' end
      ) as named (id)
    ) as told
  )
  select
    told.id, told.person, told.brand_id,
    case when told.event = 'workflow_notice' then 'content.read' else 'workflow.read' end,
    told.actor_id, 'tasks', told.kind, told.event, told.words,
    concat_ws('. ', 'Step: ' || told.step, 'Due: ' || to_char(told.due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
    '/contents/' || told.content_id || coalesce('?task=' || told.task_id, ''), told.content_id, null, null, told.title,
    told.rank, told.is_urgent, true, told.is_shared,
    jsonb_strip_nulls(jsonb_build_object(
      'contentId', told.content_id, 'taskId', told.task_id, 'step', told.step, 'dueAt', told.due_at,
      'assigneeId', told.assignee_id
    ))
  from told;
$function$;

ALTER FUNCTION "private"."task_notices"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.tell_claim_reviewers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step constant public.claim_approval_steps := private.next_approval_step(new, new.approval_position - 1);
begin
  perform private.notify(
    array_agg(reviewer.user_id), reviewer.brand_id, 'tasks', 'claim_review', 'A claim waits for your decision',
    left(format('%s: %s', step.name, new.text ->> 'original'), 2000), '/api/v1/claims/' || new.id || '/approval',
    'warning', jsonb_build_object('claimId', new.id, 'reviewerRole', step.reviewer_role), 'claim.read'
  )
  from private.reviewers_of(new.id, array[step.master_claim_brand_id], array[step.reviewer_role]) as reviewer
  where
    reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from new.created_by
    and not exists (
      select from public.claim_approvals as given
      where given.claim_id = new.id and given.is_current and given.actor_id = reviewer.user_id
    )
  group by reviewer.brand_id;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.tell_evidence_reviewers(evidence private.claim_evidence)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.notify(
    array_agg(reviewer.user_id), reviewer.brand_id, 'tasks', 'claim_evidence', 'A document waits for your decision',
    evidence.title, '/api/v1/claims/' || evidence.claim_id || '/evidence/' || evidence.id, 'warning',
    jsonb_build_object('claimId', evidence.claim_id, 'evidenceId', evidence.id), 'claim.read'
  )
  from private.reviewers_of(
    evidence.claim_id, array(select private.claim_master_brands(evidence.claim_id)), private.evidence_reviewer_roles()
  ) as reviewer
  where reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from evidence.created_by
  group by reviewer.brand_id;
end;
$function$;

ALTER FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.tell_of_delegation(delegation private.delegations, event_type text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  what constant text := case event_type
    when 'DelegationCreated' then 'You stand in for somebody' when 'DelegationChanged' then 'A delegation has changed'
    else 'A delegation has ended'
  end;
  span constant text := format(
    'From %s to %s', to_char(delegation.starts_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
    to_char(delegation.ends_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
  );
  brands constant uuid [] := private.shared_brands(delegation);
begin
  -- In the log of each brand that both share: in order, so that two calls do not wait for each other.
  perform private.append_event(
    shared.brand_id, 'delegation', delegation.id, event_type, jsonb_build_object(
      'userId', delegation.user_id, 'delegateId', delegation.delegate_id, 'startsAt', delegation.starts_at,
      'endsAt', delegation.ends_at
    )
  )
  from (select each as brand_id from unnest(brands) as each order by each limit 100) as shared;
  perform private.notify(
    array[person], delegation.brand_id, 'tasks', 'delegation',
    case
      when person = delegation.user_id and event_type = 'DelegationCreated' then 'Somebody stands in for you'
      else what
    end,
    span, '/api/v1/delegations/' || delegation.id, 'info', jsonb_build_object('delegationId', delegation.id)
  )
  from unnest(array[delegation.user_id, delegation.delegate_id]) as person
  -- Nobody hears of people with whom they share no brand, or no more.
  where person is distinct from auth.uid() and cardinality(brands) > 0;
end;
$function$;

CREATE OR REPLACE FUNCTION private.tell_of_destination(destination private.notification_destinations, event text, title text)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.notify(
    array(select private.admins_of(destination.brand_id)), destination.brand_id, 'system', tell_of_destination.event,
    format(tell_of_destination.title, destination.name), destination.host, '/?brand=' || destination.brand_id, 'info',
    '{}', 'integration.manage', auth.uid()
  )
  where destination.brand_id is not null;
$function$;

ALTER FUNCTION "private"."tell_of_destination"(private.notification_destinations, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.tell_of_own_security()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Of passwords and addresses mails are sent already, with the change itself.
  perform private.write_notices(array[row(
    private.uuid_v7(), new.resource_id, null, null, null, 'security', 'warning', 'security_alert',
    case new.action
      when 'auth.password_change' then 'Your password was changed'
      when 'auth.password_reset' then 'Your password was reset'
      when 'auth.email_change' then 'Your e-mail address was changed'
      when 'auth.mfa_disabled' then 'A second factor of yours was removed'
      when 'auth.backup_codes_renewed' then 'You have new backup codes'
      else 'A session of yours was ended: somebody used a copy of it'
    end,
    'If it was not you, change your password and end your other sessions.', null, null, null, null, null, 0, false,
    new.action in ('auth.mfa_disabled', 'auth.refresh_reused'), false,
    jsonb_build_object('kind', split_part(new.action, '.', 2))
  )::private.notice]);
  return null;
exception
  -- The change itself is worth more than its notice.
  when others then
    raise warning 'a person was not told of a change of their account: %', sqlerrm;
    return null;
end;
$function$;

ALTER FUNCTION "private"."tell_of_own_security"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.turn_off_mail(user_id uuid, category text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if category is not null and category not in (
    'tasks', 'content', 'comments', 'digests', 'quota', 'system', 'marketing'
  ) then
    perform private.refuse(400, 'there is no such category, or its mails cannot be turned off');
  end if;
  insert into public.notification_preferences (user_id) values (turn_off_mail.user_id)
  on conflict on constraint notification_preferences_pkey do nothing;
  update public.notification_preferences as preferences
  set
    email_enabled = case when category is null then false else preferences.email_enabled end,
    channels = case
      when category is null then preferences.channels
      else preferences.channels || jsonb_build_object(
        category, coalesce(preferences.channels -> category, '{}') || '{"email": false}'
      )
    end
  where
    preferences.user_id = turn_off_mail.user_id
    -- What is off already counts as no change: a form that is open stays valid.
    and case
      when category is null then preferences.email_enabled
      else coalesce((preferences.channels -> category ->> 'email')::boolean, true)
    end;
end;
$function$;

ALTER FUNCTION "private"."turn_off_mail"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.undo_publication(publication private.publications, reason text, ends_as text DEFAULT 'failed'::text)
 RETURNS private.publications
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  undone private.publications;
begin
  -- What was attempted may be there, whatever the outcome said, and so may what a former publication put there. An
  -- attempt that is on its way is waited for.
  update private.publication_channels as channel
  set
    state = case
      when exists (
        select from private.publication_channels as standing
        where
          standing.content_id = publication.content_id and standing.channel_id = channel.channel_id
          and standing.is_standing
      ) then 'withdrawing'
      else 'skipped'
    end,
    attempts = 0, due_at = greatest(now(), channel.leased_until), changed_at = now()
  where channel.publication_id = publication.id and channel.state in ('pending', 'published', 'failed', 'withdrawing');
  undone := private.enter_step(publication, 'unpublish');
  update private.publications as present
  set
    status = 'compensating', ends_as = undo_publication.ends_as, failed_step = publication.step,
    error = left(reason, 500)
  where present.id = publication.id
  returning present.* into undone;
  return undone;
end;
$function$;

ALTER FUNCTION "private"."undo_publication"(private.publications, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unread_count(person uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select count(*)::integer from (
    select from public.notifications
    where
      notifications.user_id = unread_count.person and notifications.is_in_app and not notifications.is_read
      and not notifications.is_archived
      and (
        notifications.brand_id is null
        or notifications.brand_id in (
          select member.brand_id from public.brand_members as member
          where
            member.user_id = unread_count.person and (member.expires_at is null or member.expires_at > now())
            and not 'brand.read' = any (member.restrictions)
        )
      )
    limit 1000
  ) as unread;
$function$;

ALTER FUNCTION "private"."unread_count"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.wants(preferences public.notification_preferences, category text, channel text, brand uuid DEFAULT NULL::uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  is_wanted boolean := coalesce((preferences.channels -> wants.category ->> wants.channel)::boolean, true);
begin
  if wants.category in ('security', 'invitations') then
    return true;
  end if;
  return is_wanted and case wants.category
    when 'content' then coalesce(preferences.content_updates, true)
    when 'comments' then coalesce(preferences.new_comments, true)
    when 'marketing' then coalesce(preferences.marketing, false)
    else true
  end and (wants.channel <> 'email' or coalesce(preferences.email_enabled, true));
end;
$function$;

ALTER FUNCTION "private"."wants"(public.notification_preferences, text, text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.watchers_of(content_id uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select content.created_by from public.contents as content
  where content.id = watchers_of.content_id and content.created_by is not null
  union
  select comment.created_by from public.comments as comment
  where
    comment.content_id = watchers_of.content_id and comment.deleted_at is null and comment.created_by is not null
  union
  select watcher.user_id from private.content_watchers as watcher
  where watcher.content_id = watchers_of.content_id and watcher.is_watching
  except
  select watcher.user_id from private.content_watchers as watcher
  where watcher.content_id = watchers_of.content_id and not watcher.is_watching;
$function$;

ALTER FUNCTION "private"."watchers_of"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.webhook_body(delivery public.webhook_deliveries)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  event public.domain_events;
  carried jsonb;
begin
  if delivery.is_test then
    return jsonb_build_object(
      'id', delivery.event_id, 'type', delivery.event_type, 'timestamp', delivery.created_at,
      'brandId', delivery.brand_id, 'aggregateType', 'webhook', 'aggregateId', delivery.endpoint_id,
      'aggregateVersion', null, 'data', '{}'::jsonb
    )::text;
  end if;
  select found.* into event from public.domain_events as found where found.id = delivery.event_id;
  if event.id is null then
    return null;
  end if;
  -- As in live updates: `changes` may be as large as the aggregate, which receivers read when they need it.
  carried := event.payload - 'changes';
  return jsonb_build_object(
    'id', event.id, 'type', event.type, 'timestamp', event.occurred_at, 'brandId', event.brand_id,
    'aggregateType', event.aggregate_type, 'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'data', case when octet_length(carried::text) <= 200000 then carried else '{}' end
  )::text;
end;
$function$;

ALTER FUNCTION "private"."webhook_body"(public.webhook_deliveries) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.webhook_delivery_document(delivery public.webhook_deliveries)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', delivery.id, 'webhook_id', delivery.endpoint_id, 'event_id', delivery.event_id,
    'event_type', delivery.event_type, 'aggregate_id', delivery.aggregate_id, 'is_test', delivery.is_test,
    'status', delivery.status, 'attempts', delivery.attempts,
    -- While it is leased, this is the end of the lease.
    'next_attempt_at', case when delivery.leased_by is null then delivery.next_attempt_at end,
    'response_status', delivery.response_status, 'error', delivery.error,
    'delivered_at', delivery.delivered_at, 'created_at', delivery.created_at
  );
$function$;

ALTER FUNCTION "private"."webhook_delivery_document"(public.webhook_deliveries) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.webhook_document(endpoint public.webhook_endpoints)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', endpoint.id, 'brand_id', endpoint.brand_id, 'url', endpoint.url, 'name', endpoint.name,
    'event_types', endpoint.event_types, 'template_ids', endpoint.template_ids, 'statuses', endpoint.statuses,
    'is_ordered', endpoint.is_ordered, 'max_per_second', endpoint.max_per_second, 'is_active', endpoint.is_active,
    'disabled_reason', endpoint.disabled_reason, 'disabled_at', endpoint.disabled_at, 'version', endpoint.version,
    'failing_since', (
      select state.failing_since from private.webhook_states as state where state.endpoint_id = endpoint.id
    ),
    'former_secret_expires_at', (
      select max(secret.expires_at) from private.webhook_secrets as secret
      where secret.endpoint_id = endpoint.id and secret.expires_at > now()
    ),
    'created_by', private.person_document(endpoint.created_by, endpoint.brand_id),
    'created_at', endpoint.created_at, 'updated_at', endpoint.updated_at
  );
$function$;

ALTER FUNCTION "private"."webhook_document"(public.webhook_endpoints) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.webhook_retry_delay(attempts integer)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- After so many attempts: the schedule that Standard Webhooks recommends. Null: no more.
  select make_interval(secs => (array[5, 300, 1800, 7200, 18000, 36000, 36000])[attempts]);
$function$;

ALTER FUNCTION "private"."webhook_retry_delay"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.webhook_takes(endpoint public.webhook_endpoints, wanted_event uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  event public.domain_events;
  content record;
  status text;
begin
  if endpoint.template_ids = '{}' and endpoint.statuses = '{}' then
    return true;
  end if;
  select found.* into event from public.domain_events as found where found.id = wanted_event;
  select contents.template_id, contents.status::text as status into content
  from public.contents
  where
    contents.brand_id = event.brand_id
    and contents.id = case event.aggregate_type
      when 'content' then event.aggregate_id else private.as_uuid(event.payload ->> 'contentId')
    end;
  if not found then
    return false; -- an event that is about no content
  end if;
  status := case event.type
    when 'ContentStatusChanged' then event.payload ->> 'to'
    when 'ContentCreated' then event.payload ->> 'status'
    when 'ContentPublished' then 'published'
    else content.status
  end;
  return (endpoint.template_ids = '{}' or content.template_id = any (endpoint.template_ids))
    and (endpoint.statuses = '{}' or status = any (endpoint.statuses));
end;
$function$;

ALTER FUNCTION "private"."webhook_takes"(public.webhook_endpoints, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.withdraw_content(content_id uuid, brand_id uuid, version integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  publication private.publications;
  former private.publications;
begin
  update private.publications as kept set metadata = null
  where kept.content_id = withdraw_content.content_id and kept.metadata is not null;
  -- One that is on its way goes on: it has all channels with the content.
  select * into publication from private.publications as present
  where
    present.content_id = withdraw_content.content_id and present.direction = 'unpublish' and present.status = 'running';
  if publication.id is not null then
    return publication.id;
  end if;
  former := private.end_superseded(withdraw_content.content_id, 'the content is no longer published');
  if not exists (
    select from private.publication_channels as standing
    where standing.content_id = withdraw_content.content_id and standing.is_standing
  ) then
    return null;
  end if;
  insert into private.publications (brand_id, content_id, content_version, direction, step, requested_by)
  values (
    withdraw_content.brand_id, withdraw_content.content_id, withdraw_content.version, 'unpublish', 'unpublish',
    auth.uid()
  )
  returning * into publication;
  perform private.add_publication_channels(publication, former.id);
  perform private.announce_publication(publication, 'PublicationStarted');
  return publication.id;
end;
$function$;

ALTER FUNCTION "private"."withdraw_content"(uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.withdraw_unpublished()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.withdraw_content(new.id, new.brand_id, new.version);
  return null;
end;
$function$;

ALTER FUNCTION "private"."withdraw_unpublished"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.write_notices(notices private.notice[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  fresh private.notice[];
  written uuid[];
begin
  perform private.push_to_brands(notices);
  fresh := array(select reached from private.reached(notices) as reached);
  with told as (
    insert into private.told_people (source_id, recipient_id)
    select notice.source_id, notice.user_id from unnest(fresh) as notice
    order by notice.source_id, notice.user_id
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  select array_agg(notice) into fresh
  from unnest(fresh) as notice
  inner join told on told.source_id = notice.source_id and told.recipient_id = notice.user_id;
  if fresh is null then
    return 0;
  end if;
  with latest as (
    select
      notice.*, preferences, private.wants(preferences, notice.category, 'in_app') as is_in_app,
      count(*) over bundle as times, row_number() over (bundle order by notice.source_id desc) as place
    from unnest(fresh) as notice
    left join public.notification_preferences as preferences on preferences.user_id = notice.user_id
    window bundle as (partition by notice.user_id, coalesce(notice.bundle_key, notice.source_id::text))
  ),
  added as (
    insert into public.notifications as known (
      user_id, brand_id, category, type, event, title, message, action_label, action_url, content_id, actor_id, metadata,
      bundle_key, bundle_noun, subject, bundle_count, is_in_app, is_mailed, is_pushed, is_urgent, last_at
    )
    select
      latest.user_id, latest.brand_id, latest.category, latest.type, latest.event,
      private.bundled(latest.times::integer, latest.bundle_noun, latest.subject, latest.title),
      left(coalesce(latest.message, ''), 2000),
      case when latest.action_url is not null then private.action_label(latest.event) end,
      latest.action_url, latest.content_id, latest.actor_id, coalesce(latest.metadata, '{}'),
      -- What is not shown in the app cannot be read there: each hour tells anew.
      case
        when latest.is_in_app then latest.bundle_key
        else left(latest.bundle_key, 80) || '@' || to_char(now() at time zone 'UTC', 'YYYYMMDDHH24')
      end,
      latest.bundle_noun, left(latest.subject, 256), latest.times, latest.is_in_app,
      private.wants(latest.preferences, latest.category, 'email'), coalesce(latest.is_pushed, false),
      coalesce(latest.is_urgent, false),
      -- Not the beginning of the transaction: whoever marks all until a time must not mark what they have not seen.
      clock_timestamp()
    from latest
    where latest.place = 1
    -- One order, so that two batches do not wait for each other.
    order by latest.user_id, latest.bundle_key
    on conflict (user_id, bundle_key) where bundle_key is not null and not is_read and not is_archived
    do update set
      bundle_count = least(known.bundle_count + excluded.bundle_count, 1000000),
      title = private.bundled(
        known.bundle_count + excluded.bundle_count, excluded.bundle_noun, excluded.subject, excluded.title
      ),
      message = excluded.message, type = excluded.type, event = excluded.event,
      action_url = excluded.action_url, action_label = excluded.action_label, actor_id = excluded.actor_id,
      metadata = excluded.metadata, is_mailed = excluded.is_mailed, last_at = excluded.last_at
    returning known.id, known.created_at
  )
  -- What joined an unread one is pushed no more: its person has been told.
  select array_agg(added.id) filter (where added.created_at = now()) into written from added;
  perform private.begin_digests(array(select distinct notice.user_id from unnest(fresh) as notice));
  perform private.push_notifications(coalesce(written, '{}'));
  return cardinality(fresh);
end;
$function$;

ALTER FUNCTION "private"."write_notices"(private.notice[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_destination(destination jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := (destination ->> 'brand_id')::uuid;
  added private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  if brand is not null then
    perform private.require_permission(brand, 'integration.manage', 'brand');
  end if;
  -- Two at a time must not pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended('destinations:' || coalesce(brand, auth.uid()), 0));
  if (
    select count(*) from private.notification_destinations as kept
    where case when brand is null then kept.user_id = auth.uid() else kept.brand_id = brand end
  ) >= 10 then
    perform private.refuse(409, 'there are ten destinations already');
  end if;
  insert into private.notification_destinations as kept (
    id, user_id, brand_id, kind, name, categories, url, secret, host, created_by
  )
  values (
    (destination ->> 'id')::uuid, case when brand is null then auth.uid() end, brand, destination ->> 'kind',
    destination ->> 'name', array(select jsonb_array_elements_text(destination -> 'categories')),
    destination ->> 'url', destination ->> 'secret', destination ->> 'host', auth.uid()
  )
  returning kept.* into added;
  perform private.tell_of_destination(added, 'destination_added', 'Notifications of the brand go to “%s” as well now');
  return private.destination_document(added);
end;
$function$;

ALTER FUNCTION "public"."add_destination"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_webhook_deliveries(batch integer DEFAULT 1000)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  reader private.outbox_consumers;
  following uuid [];
  last_transaction_id xid8;
  added integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  insert into private.outbox_consumers (name) values ('webhooks') on conflict do nothing;
  -- The lock makes workers take turns until the position is moved, and events come in the order of their commits.
  select * into reader from private.outbox_consumers where outbox_consumers.name = 'webhooks' for update;
  perform private.lock_webhook_order();
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  select
    array_agg(found.id order by found.transaction_id, found.id),
    (array_agg(found.transaction_id order by found.transaction_id desc))[1]
  into following, last_transaction_id
  from (
    select events.id, events.transaction_id
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit least(greatest(add_webhook_deliveries.batch, 1), 20000)
  ) as found;
  if following is null then
    return jsonb_build_object('looked_at', 0, 'added', 0, 'is_pending', private.are_webhooks_pending());
  end if;
  with made as (
    insert into public.webhook_deliveries (
      brand_id, endpoint_id, event_id, event_type, aggregate_id, is_ordered, next_attempt_at
    )
    select
      endpoint.brand_id, endpoint.id, events.id, events.type, events.aggregate_id, endpoint.is_ordered,
      case when not endpoint.is_ordered then now() end
    from unnest(following) with ordinality as listed (id, place)
    inner join public.domain_events as events on events.id = listed.id
    inner join public.webhook_endpoints as endpoint on endpoint.brand_id = events.brand_id
    inner join public.brands on brands.id = endpoint.brand_id and brands.deleted_at is null
    where
      endpoint.is_active and events.occurred_at >= endpoint.created_at and events.aggregate_id <> endpoint.id
      and (endpoint.event_types = '{}' or events.type = any (endpoint.event_types))
      and private.webhook_takes(endpoint, events.id)
    order by listed.place
    on conflict on constraint webhook_deliveries_once do nothing
    returning webhook_deliveries.endpoint_id, webhook_deliveries.aggregate_id, webhook_deliveries.is_ordered
  )
  select
    count(*), array_agg(made.endpoint_id) filter (where made.is_ordered),
    array_agg(made.aggregate_id) filter (where made.is_ordered)
  into added, ordered_endpoints, ordered_aggregates
  from made;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  update private.outbox_consumers
  set
    read_transaction_id = last_transaction_id, read_event_id = following[cardinality(following)], updated_at = now()
  where outbox_consumers.name = 'webhooks';
  return jsonb_build_object(
    'looked_at', cardinality(following), 'added', added, 'is_pending', added > 0 or private.are_webhooks_pending()
  );
end;
$function$;

ALTER FUNCTION "public"."add_webhook_deliveries"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.advance_publication(publication_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  publication private.publications;
  content public.contents;
  code text;
  reason text;
begin
  -- The content first, as the commands on it do.
  select contents.* into content from public.contents
  where contents.id = (
    select present.content_id from private.publications as present where present.id = advance_publication.publication_id
  )
  for update;
  select * into publication from private.publications as present
  where present.id = advance_publication.publication_id for update;
  for turn in 1 .. 12 loop
    exit when publication.id is null or publication.status not in ('running', 'compensating');
    if
      publication.status = 'running' and publication.direction = 'publish' and exists (
        select from public.brands where brands.id = publication.brand_id and brands.deleted_at is not null
      )
    then
      publication := private.undo_publication(publication, 'the brand was deleted', 'cancelled');
    end if;
    if publication.step in ('publish_to_channels', 'unpublish') then
      perform private.settle_channels(publication);
      if exists (
        select from private.publication_channels as channel
        where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
      ) and not (publication.step = 'publish_to_channels' and exists (
        select from private.publication_channels as channel
        where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
      )) then
        if publication.direction = 'publish' and publication.status = 'running' and not publication.is_validated then
          return jsonb_build_object('attempts', '[]'::jsonb, 'to_validate', private.channels_to_validate(publication));
        end if;
        return private.attempts_of(publication, content);
      end if;
    end if;
    begin
      publication := private.do_step(publication, content);
    exception when others then
      get stacked diagnostics code = returned_sqlstate, reason = message_text;
      publication := private.step_failed(publication, code, reason);
    end;
    exit when publication.due_at > now();
    select contents.* into content from public.contents where contents.id = publication.content_id;
  end loop;
  return jsonb_build_object('attempts', '[]'::jsonb);
end;
$function$;

ALTER FUNCTION "public"."advance_publication"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.begin_channel_publication(channel_id uuid, content_id uuid, version integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  channel public.channels;
  content public.contents;
  publication public.channel_publications;
  known public.channel_publications;
  target text;
begin
  -- Held, so that the channel keeps its target until the attempt is noted.
  select * into channel from public.channels where channels.id = begin_channel_publication.channel_id for share;
  if channel.id is null then
    perform private.refuse(404, 'channel not found');
  end if;
  if begin_channel_publication.version is not null then
    content := private.content_at_version(begin_channel_publication.content_id, begin_channel_publication.version);
    if content.id is null or content.brand_id <> channel.brand_id then
      perform private.refuse(404, 'content version not found');
    end if;
    target := private.channel_target(channel.kind, channel.settings);
    select * into known from public.channel_publications as present
    where present.channel_id = channel.id and present.content_id = content.id
    for update;
    -- After an attempt that did not end, the target may have another version.
    if
      known.status = 'published' and known.attempts = 0 and known.version = content.version
      and known.channel_version = channel.version
    then
      return jsonb_build_object('is_done', true, 'publication', to_jsonb(known));
    end if;
    known := private.known_publication(known, target);
    insert into public.channel_publications as present (
      channel_id, content_id, brand_id, attempts, target, is_standing
    )
    values (channel.id, content.id, channel.brand_id, 1, target, true)
    on conflict on constraint channel_publications_channel_id_content_id_key do update
    set
      status = case when present.status = 'published' then 'published' else 'pending' end,
      attempts = present.attempts + 1, updated_at = now(), target = excluded.target, is_standing = true,
      is_withdrawing = false, remote_id = known.remote_id, url = known.url, memory = coalesce(known.memory, '{}'),
      round = coalesce(known.round, present.round)
    returning present.* into publication;
  else
    -- Pending: what was published may be gone as soon as the target is asked.
    update public.channel_publications as present
    set
      status = 'pending', attempts = present.attempts + 1, updated_at = now(), is_withdrawing = true,
      round = present.round + (not present.is_withdrawing)::integer
    where
      present.channel_id = channel.id and present.content_id = begin_channel_publication.content_id
      and present.status <> 'unpublished'
    returning present.* into publication;
    if publication.id is null then
      return null;
    end if;
  end if;
  return jsonb_build_object(
    'is_done', false, 'channel', to_jsonb(channel), 'publication', to_jsonb(publication),
    'was_standing', coalesce(known.is_standing, false),
    'document', case when content.id is not null then private.channel_document(content) end
  );
end;
$function$;

ALTER FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.begin_mail(mail jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked constant uuid := (mail ->> 'id')::uuid;
  brand constant uuid := (mail ->> 'brandId')::uuid;
  known private.mail_messages;
  suppressed text;
begin
  insert into private.mail_messages (id, brand_id, user_id, template, category)
  select
    asked, (select brands.id from public.brands where brands.id = brand),
    (select profiles.id from public.profiles where profiles.id = (mail ->> 'userId')::uuid),
    mail ->> 'template', mail ->> 'category'
  on conflict (id) do nothing;
  select mail_messages.* into known from private.mail_messages where mail_messages.id = asked;
  select suppression.reason into suppressed
  from private.email_suppressions as suppression
  where
    suppression.email_index = any (array(select jsonb_array_elements_text(mail -> 'emailIndexes')))
    and (suppression.until is null or suppression.until > now())
    -- Who called one mail spam must still be able to reset a password.
    and (suppression.reason <> 'complaint' or known.category <> 'security')
  order by suppression.reason desc
  limit 1;
  return jsonb_build_object(
    'is_sent', known.sent_at is not null,
    'suppression', suppressed,
    'waited', extract(epoch from now() - known.created_at)::integer,
    -- As it is now: a mail may have waited for hours.
    'is_unwanted', exists (
      select from public.notification_preferences as preferences
      where
        preferences.user_id = known.user_id and known.category not in ('security', 'invitations')
        and (
          not private.wants(preferences, known.category, 'email')
          or private.has_muted(preferences, known.brand_id)
        )
    ),
    'brand', (
      select jsonb_build_object(
        'name', brands.name, 'language', coalesce(settings.language, brands.language),
        'sender_name', settings.sender_name, 'reply_to', settings.reply_to, 'tracks', coalesce(settings.tracks, false)
      )
      from public.brands
      left join private.mail_settings as settings on settings.brand_id = brands.id
      where brands.id = brand
    ),
    'language', (
      select profiles.language from public.profiles
      where profiles.id = coalesce(known.user_id, (
        -- Mails about accounts name an address alone.
        select users.id from auth.users
        where users.email = lower(begin_mail.mail ->> 'to') and users.is_sso_user = false
      ))
    )
  );
end;
$function$;

ALTER FUNCTION "public"."begin_mail"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.cancel_publication(content_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  publication private.publications;
  withdrawal uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  publication := private.lock_publication(content);
  if private.is_left_undone(publication, content) then
    withdrawal := private.withdraw_content(content.id, content.brand_id, content.version);
    return private.publication_answer(private.last_publication(content.id));
  elsif publication.id is null or publication.status <> 'running' or publication.direction <> 'publish' then
    perform private.refuse_publication(publication, 'cancelled');
  end if;
  if content.status = 'published' then
    -- Only channels that nothing depends on were tried once more.
    update private.publication_channels as channel
    set state = 'failed', error = coalesce(channel.error, 'cancelled'), changed_at = now()
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing');
    publication := private.end_publication(publication, 'completed');
  else
    publication := private.undo_publication(publication, 'cancelled', 'cancelled');
  end if;
  return private.publication_answer(publication);
end;
$function$;

ALTER FUNCTION "public"."cancel_publication"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.change_destination(destination_id uuid, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  changed private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  changed := private.own_destination(destination_id);
  update private.notification_destinations as kept
  set
    name = coalesce(changes ->> 'name', kept.name),
    categories = case
      when changes ? 'categories' then array(select jsonb_array_elements_text(changes -> 'categories'))
      else kept.categories
    end,
    is_enabled = coalesce((changes ->> 'is_enabled')::boolean, kept.is_enabled),
    disabled_reason = case
      when coalesce((changes ->> 'is_enabled')::boolean, kept.is_enabled) then null else kept.disabled_reason
    end,
    updated_at = now()
  where kept.id = changed.id
  returning kept.* into changed;
  return private.destination_document(changed);
end;
$function$;

ALTER FUNCTION "public"."change_destination"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.claim_jobs(queue text, worker text, batch integer DEFAULT 50, lease interval DEFAULT '00:01:00'::interval, begins boolean DEFAULT false)
 RETURNS TABLE(id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET enable_bitmapscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  wanted constant integer := least(greatest(claim_jobs.batch, 1), 1000);
  brands uuid [];
  -- Bounds the jobs that are looked at to some 10,000, however many brands wait.
  most integer;
  depth integer;
  ready uuid [];
  attempts_before integer [];
  with_more integer;
begin
  -- Workers of a queue claim one after another, so that each finds a whole batch that no other is about to lease.
  perform pg_advisory_xact_lock(hashtextextended('claim_jobs:' || claim_jobs.queue, 0));
  -- The brands with jobs, each by one step in the index.
  with recursive waiting (turn_of) as (
    (
      select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      from private.jobs
      where jobs.queue = claim_jobs.queue
      order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      limit 1
    )
    union all
    select (
      select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      from private.jobs
      where
        jobs.queue = claim_jobs.queue
        and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') > waiting.turn_of
      order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
      limit 1
    )
    from waiting
    where waiting.turn_of is not null
  )
  select coalesce(array_agg(waiting.turn_of), '{}') into brands from waiting where waiting.turn_of is not null;
  most := least(wanted, greatest(10000 / greatest(cardinality(brands), 1), 1));
  depth := least(most, (wanted - 1) / greatest(cardinality(brands), 1) + 1);
  -- The first job of every brand, the second of every brand and so on: a brand with any number of jobs takes no more of
  -- a batch than the others leave. Reads so many of each as fill the batch, and more only where some brands have fewer.
  loop
    if exists (select from private.jobs where jobs.queue = claim_jobs.queue and jobs.order_key is not null) then
      select next.ids, next.attempts into ready, attempts_before
      from private.next_in_order(claim_jobs.queue, brands, wanted) as next;
      exit;
    end if;
    select
      coalesce((array_agg(found.id order by found.turn, found.run_at, found.id))[:wanted], '{}'),
      (array_agg(found.attempts order by found.turn, found.run_at, found.id))[:wanted],
      count(*) filter (where found.turn = depth)
    into ready, attempts_before, with_more
    from unnest(brands) as brand (turn_of)
    cross join lateral (
      select
        jobs.id, jobs.run_at, jobs.attempts,
        row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as turn
      from private.jobs
      where
        jobs.queue = claim_jobs.queue
        and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') = brand.turn_of
        and jobs.run_at <= now()
        and (jobs.lease_until is null or jobs.lease_until < now())
        and jobs.attempts < jobs.max_attempts
      order by jobs.priority desc, jobs.run_at, jobs.id
      limit depth
    ) as found;
    exit when cardinality(ready) = wanted or with_more = 0 or depth = most;
    depth := least(most, depth + greatest((wanted - cardinality(ready) - 1) / with_more + 1, depth));
  end loop;
  return query
    with leased as (
      update private.jobs
      set
        leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease,
        attempts = jobs.attempts + (claim_jobs.begins and jobs.attempts = 0)::integer
      from unnest(ready, attempts_before) with ordinality as next (id, attempts, place)
      where jobs.id = next.id
      returning
        jobs.id, jobs.kind, jobs.brand_id, jobs.payload, next.attempts, jobs.lease_until, next.place
    )
    select leased.id, leased.kind, leased.brand_id, leased.payload, leased.attempts, leased.lease_until
    from leased
    order by leased.place;
end;
$function$;

CREATE OR REPLACE FUNCTION public.claim_publications(batch integer DEFAULT 8, busy_brands uuid[] DEFAULT '{}'::uuid[], most_of_brand integer DEFAULT 3, lease_seconds integer DEFAULT 45)
 RETURNS TABLE(publication_id uuid, brand_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  due constant uuid[] := private.next_by_turns(
    'publications', 'private.publications',
    format(
      'item.status in (''running'', ''compensating'') and item.brand_id <> all (%L::uuid [])',
      claim_publications.busy_brands
    ),
    'item.due_at', claim_publications.batch * 4
  );
begin
  return query
    with ready as (
      select present.id, row_number() over (partition by present.brand_id order by waiting.place) as turn, waiting.place
      from unnest(due) with ordinality as waiting (id, place)
      inner join private.publications as present on present.id = waiting.id
    ),
    taken as (
      select present.id
      from private.publications as present
      where
        present.id in (
          select ready.id from ready where ready.turn <= claim_publications.most_of_brand
          order by ready.place limit claim_publications.batch
        )
        and present.due_at <= now() and present.status in ('running', 'compensating')
      for update skip locked
    )
    update private.publications as present
    set due_at = now() + make_interval(secs => claim_publications.lease_seconds)
    from taken
    where present.id = taken.id
    returning present.id, present.brand_id;
end;
$function$;

ALTER FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.claim_webhook_deliveries(worker text, batch integer DEFAULT 200, busy_endpoints uuid[] DEFAULT '{}'::uuid[], busy_brands uuid[] DEFAULT '{}'::uuid[], most_failing integer DEFAULT 50, lease interval DEFAULT '00:01:00'::interval)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
 SET enable_bitmapscan TO 'off'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
#variable_conflict use_column
declare
  wanted constant integer := least(greatest(claim_webhook_deliveries.batch, 1), 1000);
  endpoints uuid [];
  depth integer;
  chosen uuid [];
  answer jsonb;
begin
  -- Workers claim one after another, so that each finds a whole batch that no other is about to lease.
  perform pg_advisory_xact_lock(hashtextextended('claim_webhook_deliveries', 0));
  -- The endpoints with something to send, each by one step in the index.
  with recursive waiting (brand_id, endpoint_id) as (
    (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where delivery.next_attempt_at is not null
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    )
    union all
    select following.brand_id, following.endpoint_id
    from waiting
    cross join lateral (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where
        delivery.next_attempt_at is not null
        and (delivery.brand_id, delivery.endpoint_id) > (waiting.brand_id, waiting.endpoint_id)
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    ) as following
  )
  select coalesce(array_agg(waiting.endpoint_id), '{}') into endpoints
  from waiting
  inner join public.webhook_endpoints as endpoint on endpoint.id = waiting.endpoint_id
  where
    endpoint.is_active
    and waiting.endpoint_id <> all (claim_webhook_deliveries.busy_endpoints)
    and waiting.brand_id <> all (claim_webhook_deliveries.busy_brands);
  if endpoints = '{}' then
    return '{"deliveries": [], "endpoints": {}, "bodies": {}}';
  end if;
  -- Ten at a time for one endpoint, and fewer where many wait.
  depth := least(10, 2 * wanted / cardinality(endpoints) + 1);
  -- The first of every brand, the second of every brand and so on. A receiver that fails gets one at a time, and all of
  -- those together a part of the batch.
  select array_agg(ranked.id) into chosen
  from (
    select found.id
    from (
      select
        each.id, each.next_attempt_at, each.brand_turn,
        row_number() over (partition by each.is_suspect order by each.brand_turn, each.next_attempt_at) as suspect_turn,
        each.is_suspect
      from (
        select
          ready.id, ready.next_attempt_at, state.failures >= 3 or state.is_slow as is_suspect,
          row_number() over (partition by state.brand_id order by ready.turn, ready.next_attempt_at) as brand_turn
        from unnest(endpoints) as listed (endpoint_id)
        inner join private.webhook_states as state on state.endpoint_id = listed.endpoint_id
        inner join public.webhook_endpoints as endpoint on endpoint.id = listed.endpoint_id
        cross join lateral (
          select delivery.id, delivery.next_attempt_at, row_number() over (order by delivery.next_attempt_at) as turn
          from public.webhook_deliveries as delivery
          where
            delivery.brand_id = endpoint.brand_id and delivery.endpoint_id = endpoint.id
            and delivery.next_attempt_at <= now()
          order by delivery.next_attempt_at
          limit case
            when state.failures >= 3 or state.is_slow then 1
            -- What is left of its rate within the next second.
            else least(depth, floor(
              (1 - greatest(extract(epoch from state.free_at - now()), 0)) * endpoint.max_per_second
            )::integer)
          end
        ) as ready
        where
          (state.paused_until is null or state.paused_until <= now())
          and (state.retry_until is null or state.retry_until <= now())
          and state.free_at < now() + interval '1 second'
      ) as each
    ) as found
    where not found.is_suspect or found.suspect_turn <= claim_webhook_deliveries.most_failing
    order by found.brand_turn, found.next_attempt_at
    limit wanted
  ) as ranked;
  if chosen is null then
    return '{"deliveries": [], "endpoints": {}, "bodies": {}}';
  end if;
  -- States are locked by the order of their ids, as where outcomes are recorded, and no delivery is waited for: two
  -- transactions never wait for each other.
  perform from private.webhook_states as state
  where state.endpoint_id in (
    select delivery.endpoint_id from public.webhook_deliveries as delivery where delivery.id = any (chosen)
  )
  order by state.endpoint_id
  for update;
  with held as (
    select delivery.id from public.webhook_deliveries as delivery
    where delivery.id = any (chosen) and delivery.next_attempt_at <= now()
    order by delivery.id
    for update skip locked
  ),
  leased as (
    update public.webhook_deliveries as delivery
    set leased_by = claim_webhook_deliveries.worker, next_attempt_at = now() + claim_webhook_deliveries.lease
    from unnest(chosen) with ordinality as next (id, place)
    inner join held on held.id = next.id
    where delivery.id = next.id
    returning delivery.*, next.place
  ),
  rated as (
    update private.webhook_states as state
    set
      free_at = greatest(state.free_at, now()) + make_interval(secs => taken.count::numeric / endpoint.max_per_second),
      -- Nobody else tries a receiver that fails meanwhile.
      paused_until = case when state.failures >= 3 or state.is_slow then now() + interval '20 seconds' end
    from (select leased.endpoint_id, count(*) as count from leased group by 1) as taken
    inner join public.webhook_endpoints as endpoint on endpoint.id = taken.endpoint_id
    where state.endpoint_id = taken.endpoint_id
    returning state.endpoint_id, endpoint.url, state.failures >= 3 or state.is_slow as is_suspect
  )
  select jsonb_build_object(
    'deliveries', (
      select coalesce(jsonb_agg(
        jsonb_build_array(leased.id, leased.endpoint_id, leased.brand_id, leased.event_id) order by leased.place
      ), '[]')
      from leased
    ),
    'endpoints', (
      select coalesce(jsonb_object_agg(rated.endpoint_id, jsonb_build_object(
        'url', rated.url, 'isSuspect', rated.is_suspect,
        'secrets', coalesce((
          select jsonb_agg(jsonb_build_array(secret.id, secret.secret) order by secret.created_at desc)
          from private.webhook_secrets as secret
          where secret.endpoint_id = rated.endpoint_id and (secret.expires_at is null or secret.expires_at > now())
        ), '[]')
      )), '{}')
      from rated
    ),
    'bodies', (
      select coalesce(jsonb_object_agg(one.event_id, one.body), '{}')
      from (
        select first.event_id, private.webhook_body(first.delivery) as body
        from (
          select distinct on (delivery.event_id) delivery.event_id, delivery
          from leased inner join public.webhook_deliveries as delivery on delivery.id = leased.id
          order by delivery.event_id
        ) as first
      ) as one
    )
  ) into answer;
  return answer;
end;
$function$;

ALTER FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_channel(channel_id uuid, brand_id uuid, details jsonb, credentials text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  made public.channels;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'integration.manage');
  -- One after another for each brand, so that two at once stay within the number.
  perform pg_advisory_xact_lock(hashtextextended('channels ' || brand_id, 0));
  if (select count(*) from public.channels as present where present.brand_id = create_channel.brand_id) >= 50 then
    perform private.refuse(409, 'a brand has at most 50 channels');
  end if;
  insert into public.channels as new_channel (
    id, brand_id, kind, name, settings, credentials, field_mapping, content_types, is_required, is_active
  )
  values (
    channel_id, brand_id, details ->> 'kind', details ->> 'name', private.as_object(details -> 'settings'), credentials,
    coalesce(private.as_object(details -> 'field_mapping'), '{}'),
    array(select jsonb_array_elements_text(coalesce(private.as_array(details -> 'content_types'), '[]'))),
    coalesce((details ->> 'is_required')::boolean, true), coalesce((details ->> 'is_active')::boolean, true)
  )
  returning new_channel.* into made;
  return private.channel_answer(made);
end;
$function$;

ALTER FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_webhook(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := (request ->> 'brand_id')::uuid;
  made public.webhook_endpoints;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'integration.manage');
  perform private.require_api_plan(brand);
  -- Two at once must not both be the fiftieth.
  perform pg_advisory_xact_lock(hashtextextended('webhooks:' || brand, 0));
  if (select count(*) from public.webhook_endpoints as known where known.brand_id = brand) >= 50 then
    perform private.refuse(409, 'the brand has 50 webhooks already: delete one');
  end if;
  insert into public.webhook_endpoints (
    brand_id, url, name, event_types, template_ids, statuses, is_ordered, max_per_second, is_active
  )
  values (
    brand, request ->> 'url', request ->> 'name',
    array(select jsonb_array_elements_text(request -> 'event_types')),
    array(select jsonb_array_elements_text(request -> 'template_ids')::uuid),
    array(select jsonb_array_elements_text(request -> 'statuses')),
    (request ->> 'is_ordered')::boolean, (request ->> 'max_per_second')::integer, (request ->> 'is_active')::boolean
  )
  returning * into made;
  insert into private.webhook_secrets (id, endpoint_id, brand_id, secret)
  values ((request ->> 'secret_id')::uuid, made.id, brand, request ->> 'secret');
  insert into private.webhook_states (endpoint_id, brand_id) values (made.id, brand);
  return private.webhook_document(made);
end;
$function$;

ALTER FUNCTION "public"."create_webhook"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_channel(channel_id uuid, leave_published boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present public.channels;
  published bigint;
begin
  perform private.require_functions();
  present := private.require_channel(delete_channel.channel_id);
  select channels.* into present from public.channels where channels.id = present.id for update;
  select count(*) into published from public.channel_publications as publication
  where publication.channel_id = present.id and publication.is_standing;
  if published > 0 and not coalesce(leave_published, false) then
    perform private.refuse(409, 'the channel has contents that are published there', jsonb_build_array(
      jsonb_build_object('field', 'leavePublished', 'code', 'CONFLICT', 'message', format(
        '%s contents may be there: archive them, or leave them there with leavePublished=true', published
      ))
    ));
  end if;
  delete from public.channels where channels.id = present.id;
end;
$function$;

ALTER FUNCTION "public"."delete_channel"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_webhook(webhook_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present public.webhook_endpoints;
begin
  perform private.require_functions();
  present := private.own_webhook(delete_webhook.webhook_id);
  delete from public.webhook_endpoints where webhook_endpoints.id = present.id;
end;
$function$;

ALTER FUNCTION "public"."delete_webhook"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.deliver_content(brand_slug text, content_slug text, delivery_key text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  content public.contents;
  settings private.delivery_settings;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  select contents.* into content
  from private.content_slugs as held
  inner join public.contents on contents.id = held.content_id
  where
    held.brand_id = brand.id and held.slug = content_slug
    and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if content.id is null then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'item', private.delivery_document(content, true, settings.names_models)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  -- Without a cursor, a place before all contents: their times are finite.
  before_at constant timestamptz := coalesce((before ->> 'value')::timestamptz, 'infinity');
  before_id constant uuid := coalesce((before ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000');
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return (
    with page as (
      select contents as content, contents.published_at, contents.id
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
        and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
        and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
        and contents.published_at <= before_at and (contents.published_at < before_at or contents.id > before_id)
      order by contents.published_at desc, contents.id
      limit least(greatest(page_size, 1), 100)
    ),

    documents as (
      select
        page.published_at, page.id,
        private.delivery_document(page.content, deliver_contents.has_texts, settings.names_models) as document
      from page
    ),

    -- A page with long texts ends early, at the first content in any case.
    measured as (
      select documents.*, sum(octet_length(documents.document::text)) over (
        order by documents.published_at desc, documents.id
      ) as bytes, row_number() over (order by documents.published_at desc, documents.id) as place
      from documents
    )

    select jsonb_build_object(
      'brand', private.delivering_document(brand, settings),
      'is_private', coalesce(settings.mode = 'private', false),
      'items', coalesce(jsonb_agg(measured.document order by measured.published_at desc, measured.id) filter (
        where measured.bytes <= 2000000 or measured.place = 1
      ), '[]'),
      'is_cut', coalesce(bool_or(measured.bytes > 2000000 and measured.place > 1), false)
    )
    from measured
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_sitemap(brand_slug text, delivery_key text DEFAULT NULL::text, page integer DEFAULT NULL::integer, page_size integer DEFAULT 1000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  size constant integer := least(greatest(page_size, 1), 1000);
  total bigint;
  items jsonb;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- Also for a page: one that is not there is refused before anything is sorted or read.
  select count(*) into total
  from public.contents
  where
    contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if page is not null and (page not between 1 and 50000 or (page - 1)::bigint * size >= total) then
    perform private.refuse(404, 'there is nothing at this path');
  elsif page is not null or total <= size then
    -- The oldest first, so that a publication changes the last page only.
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', listed.id, 'type', listed.type, 'slug', listed.slug, 'updated_at', listed.updated_at,
        'canonical_url', listed.canonical_url
      ) order by listed.published_at, listed.id desc
    ), '[]') into items
    from (
      select
        contents.id, contents.type, contents.slug, contents.published_at,
        greatest(contents.updated_at, contents.published_at) as updated_at,
        private.as_object(contents.metadata) ->> 'canonicalUrl' as canonical_url
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
      order by contents.published_at, contents.id desc
      limit size
      offset (coalesce(page, 1) - 1) * size
    ) as listed;
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'pages', case when page is null then ceil(total::numeric / size) else 0 end,
    'items', coalesce(items, '[]')
  );
end;
$function$;

ALTER FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.disable_destination(destination_id uuid, reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  destination private.notification_destinations;
begin
  update private.notification_destinations as kept
  set is_enabled = false, disabled_reason = left(disable_destination.reason, 300), updated_at = now()
  where kept.id = disable_destination.destination_id and kept.is_enabled
  returning kept.* into destination;
  if destination.id is null then
    return false;
  end if;
  perform private.notify(
    case
      when destination.user_id is null then array(select private.admins_of(destination.brand_id))
      else array[destination.user_id]
    end,
    destination.brand_id, 'system', 'destination_disabled', format('“%s” gets no notifications now', destination.name),
    left(disable_destination.reason, 300), null, 'error', '{}',
    'integration.manage'
  );
  return true;
end;
$function$;

ALTER FUNCTION "public"."disable_destination"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_channel_publication(publication_id uuid, outcome jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wished constant text := outcome ->> 'status';
begin
  update public.channel_publications as present
  set
    status = wished,
    error = case when wished = 'failed' then left(outcome ->> 'error', 1000) end,
    answer = case when wished = 'failed' then left(outcome ->> 'answer', 1000) end,
    attempts = case when wished = 'failed' then present.attempts else 0 end,
    version = case when wished = 'published' then (outcome ->> 'version')::integer else present.version end,
    channel_version = case
      when wished = 'published' then (outcome ->> 'channel_version')::integer else present.channel_version
    end,
    remote_id = case when wished = 'published' then outcome ->> 'remote_id' else present.remote_id end,
    url = case wished when 'published' then outcome ->> 'url' when 'failed' then present.url end,
    published_at = case when wished = 'published' then now() else present.published_at end,
    round = present.round + (wished <> 'failed')::integer,
    is_standing = case wished
      when 'published' then true
      when 'unpublished' then false
      else coalesce((outcome ->> 'is_standing')::boolean, present.is_standing)
    end,
    memory = case when wished = 'unpublished' then '{}' else present.memory end,
    updated_at = now()
  where present.id = end_channel_publication.publication_id and present.status <> 'unpublished';
end;
$function$;

ALTER FUNCTION "public"."end_channel_publication"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_mail(mail_id uuid, status text, provider text DEFAULT NULL::text, provider_id text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Events of the provider may have arrived before.
  update private.mail_messages
  set
    status = case when mail_messages.status in ('queued', 'failed') then end_mail.status else mail_messages.status end,
    sent_at = coalesce(mail_messages.sent_at, case when end_mail.status = 'sent' then now() end),
    provider = coalesce(end_mail.provider, mail_messages.provider),
    provider_message_id = coalesce(left(end_mail.provider_id, 300), mail_messages.provider_message_id)
  where mail_messages.id = end_mail.mail_id;
$function$;

ALTER FUNCTION "public"."end_mail"(uuid, text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.enqueue_job(queue text, kind text, brand_id uuid DEFAULT NULL::uuid, payload jsonb DEFAULT '{}'::jsonb, run_at timestamp with time zone DEFAULT now(), dedupe_key text DEFAULT NULL::text, max_attempts integer DEFAULT 5, priority integer DEFAULT 0, order_key uuid DEFAULT NULL::uuid)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select private.enqueue_job(
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority, enqueue_job.order_key
  );
$function$;

ALTER FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_end_of_log(brand_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  last_id uuid;
begin
  perform private.require_permission(find_end_of_log.brand_id, 'brand.read');
  select events.id into last_id
  from public.domain_events as events
  where
    events.brand_id = find_end_of_log.brand_id
    and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  order by events.transaction_id desc, events.id desc
  limit 1;
  return last_id;
end;
$function$;

ALTER FUNCTION "public"."find_end_of_log"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_news(ids uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object('id', notification.id, 'channels', array(
    select channel from unnest(array['slack', 'teams', 'webhook']) as channel
    where private.wants(preferences, notification.category, channel)
  ))), '[]')
  from public.notifications as notification
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where notification.id = any (find_news.ids) and private.is_news(notification, preferences);
$function$;

ALTER FUNCTION "public"."find_news"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_waiting_work(consumers jsonb, queues text[])
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  return array(
    select named.name
    from (
      select consumer.key as name, consumer.value as types from jsonb_each(find_waiting_work.consumers) as consumer
      union all
      select queue.name, null from unnest(find_waiting_work.queues) as queue (name)
    ) as named
    left join private.outbox_consumers as reader on reader.name = named.name and named.types is not null
    where
      exists (select from private.jobs where jobs.queue = named.name)
      -- A new consumer is made by its first look.
      or named.types is not null and reader.name is null
      or named.types is not null and exists (
        select from (
          select events.type, row_number() over (order by events.transaction_id, events.id) as number
          from public.domain_events as events
          where (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
          order by events.transaction_id, events.id
          limit 1000
        ) as following
        where named.types ? following.type or following.number = 1000
      )
  );
end;
$function$;

ALTER FUNCTION "public"."find_waiting_work"(jsonb, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_old_mail(batch integer DEFAULT 20000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  with old_events as (
    delete from private.mail_events
    where (mail_events.provider, mail_events.event_id) in (
      select stale.provider, stale.event_id
      from private.mail_events as stale
      where stale.created_at < now() - interval '90 days'
      limit forget_old_mail.batch
      for update skip locked
    )
    returning 1
  ),
  old_messages as (
    delete from private.mail_messages
    where mail_messages.id in (
      select stale.id
      from private.mail_messages as stale
      where
        stale.created_at < now() - interval '90 days'
        and not exists (select from private.jobs where jobs.id = stale.id)
      limit forget_old_mail.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from old_events) + (select count(*) from old_messages))::integer;
$function$;

ALTER FUNCTION "public"."forget_old_mail"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_webhook_deliveries(batch integer DEFAULT 5000)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  most constant integer := least(greatest(forget_webhook_deliveries.batch, 1), 20000);
  earliest constant uuid := private.uuid_v7_floor(now() - interval '30 days');
  removed constant uuid [] := private.find_removed_webhooks();
  chosen uuid [];
  attempts integer;
  deliveries integer;
  secrets integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  delete from public.webhook_attempts
  where webhook_attempts.id in (
    select past.id from public.webhook_attempts as past where past.id < earliest order by past.id limit most
  );
  get diagnostics attempts = row_count;
  select coalesce(array_agg(found.id), '{}') into chosen
  from (
    (
      select past.id from public.webhook_deliveries as past
      where
        past.id < earliest
        -- What waits for an endpoint that is off waits no longer than this.
        and (
          past.next_attempt_at is null
          or exists (
            select from public.webhook_endpoints as endpoint
            where endpoint.id = past.endpoint_id and not endpoint.is_active
          )
        )
      order by past.id limit most
    )
    union
    (
      select left_over.id from public.webhook_deliveries as left_over
      where left_over.endpoint_id = any (removed) limit most
    )
  ) as found;
  if exists (
    select from public.webhook_deliveries as past
    where past.id = any (chosen) and past.is_ordered and past.status = 'pending'
  ) then
    perform private.lock_webhook_order();
  end if;
  with held as (
    select past.id from public.webhook_deliveries as past
    where past.id = any (chosen) order by past.id for update skip locked
  ),
  gone as (
    delete from public.webhook_deliveries as past using held where past.id = held.id
    returning past.endpoint_id, past.aggregate_id, past.is_ordered and past.status = 'pending' as was_in_order
  )
  select
    count(*), array_agg(gone.endpoint_id) filter (where gone.was_in_order),
    array_agg(gone.aggregate_id) filter (where gone.was_in_order)
  into deliveries, ordered_endpoints, ordered_aggregates
  from gone;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  delete from private.webhook_secrets where webhook_secrets.expires_at < now();
  get diagnostics secrets = row_count;
  return jsonb_build_object(
    'attempts', attempts, 'deliveries', deliveries, 'secrets', secrets,
    'has_more', attempts >= most or deliveries >= most
  );
end;
$function$;

ALTER FUNCTION "public"."forget_webhook_deliveries"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_channel(channel_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (select from public.brands where brands.id = get_channel.channel_id and brands.deleted_at is null) then
    perform private.require_permission(get_channel.channel_id, 'integration.manage', 'channel');
    return private.delivery_channel(get_channel.channel_id);
  end if;
  return private.channel_answer(private.require_channel(get_channel.channel_id));
end;
$function$;

ALTER FUNCTION "public"."get_channel"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_publication(content_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  publication private.publications;
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  publication := private.last_publication(content_id);
  if publication.id is null then
    select * into content from private.content_by_id(content_id);
    publication := private.publication_before_records(content);
  end if;
  if publication.id is null then
    perform private.refuse(404, 'the content was never published');
  end if;
  return private.publication_answer(publication);
end;
$function$;

ALTER FUNCTION "public"."get_publication"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_webhook(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return private.webhook_document(private.own_webhook(get_webhook.webhook_id));
end;
$function$;

ALTER FUNCTION "public"."get_webhook"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.keep_channel_memory(publication_id uuid, memory jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  update public.channel_publications set memory = keep_channel_memory.memory, updated_at = now()
  where channel_publications.id = keep_channel_memory.publication_id;
end;
$function$;

ALTER FUNCTION "public"."keep_channel_memory"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_activity(brand_id uuid, filters jsonb DEFAULT '{}'::jsonb, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  select access.permissions into readable from private.access_to_brands(array[list_activity.brand_id]) as access;
  return (
    with page as (
      select
        events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
        events.actor_account,
        coalesce(events.payload ->> 'title', (
          select contents.title from public.contents
          where contents.id = coalesce(private.as_uuid(events.payload ->> 'contentId'), events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        -- The comments of reviewers, as the policy of domain_events says
        and (events.aggregate_type <> 'workflow' or 'content.read' = any (readable))
        and (types is null or events.type = any (types))
        and (actor is null or events.actor_id = actor)
      order by events.id desc
      limit wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) order by page.id desc) from page), '[]'),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_channel_targets(content_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(targets) order by targets.channel_id), '[]')
    from private.channel_targets(list_channel_targets.content_id) as targets
  );
end;
$function$;

ALTER FUNCTION "public"."list_channel_targets"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_channels(brand_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(list_channels.brand_id, 'integration.manage');
  return (
    with listed as (
      select list_channels.brand_id as id, '' as name, true as is_built_in
      union all
      select channels.id, channels.name, false
      from public.channels where channels.brand_id = list_channels.brand_id
    ),

    page as (
      select listed.* from listed order by listed.is_built_in desc, listed.name
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )

    -- Only those of the page are asked for what is published there.
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case
            when page.is_built_in then private.delivery_channel(page.id)
            else (select private.channel_answer(channels) from public.channels where channels.id = page.id)
          end
          order by page.is_built_in desc, page.name
        )
        from page
      ), '[]'),
      'total', (select count(*) from listed)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_channels"(uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_destinations(brand_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_own_session();
  if list_destinations.brand_id is not null then
    perform private.require_permission(list_destinations.brand_id, 'integration.manage', 'brand');
  end if;
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(private.destination_document(kept) order by kept.id), '[]'), 'total', count(*)
    )
    from private.notification_destinations as kept
    where case
      when list_destinations.brand_id is null then kept.user_id = auth.uid()
      else kept.brand_id = list_destinations.brand_id
    end
  );
end;
$function$;

ALTER FUNCTION "public"."list_destinations"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_events(brand_id uuid, after_id uuid DEFAULT NULL::uuid, types text[] DEFAULT NULL::text[], aggregate_type text DEFAULT NULL::text, aggregate_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 50)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished constant integer := least(greatest(page_size, 1), 200);
  -- What a filter or a policy leaves out may go on for years: so many are looked at, and the cursor moves on.
  most_of_a_call constant integer := 5000;
  most integer := wished + 1;
  place xid8;
  is_full boolean;
  wanted uuid [];
  last_id uuid;
begin
  perform private.require_permission(list_events.brand_id, 'brand.read');
  place := private.place_in_log(list_events.brand_id, list_events.after_id);
  loop
    select
      count(*) = most,
      coalesce((array_agg(found.id order by found.transaction_id, found.id) filter (where found.is_wanted)), '{}'),
      (array_agg(found.id order by found.transaction_id desc, found.id desc))[1]
    into is_full, wanted, last_id
    from private.look_at_log(
      list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types,
      list_events.aggregate_type, most
    ) as found;
    exit when not is_full or cardinality(wanted) > wished or most = most_of_a_call;
    most := most_of_a_call;
  end loop;
  if cardinality(wanted) > wished then
    is_full := true;
    last_id := wanted[wished];
  end if;
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(to_jsonb(page) - 'number' order by page.number), '[]')
      from (
        select
          events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
          events.aggregate_version, events.actor_id, events.actor_account, events.correlation_id as request_id,
          events.occurred_at, events.payload - 'changes' as data, next.number
        from unnest(wanted[: wished]) with ordinality as next (id, number)
        inner join public.domain_events as events on events.id = next.id
      ) as page
    ),
    'last_id', coalesce(last_id, list_events.after_id),
    'has_more', is_full
  );
end;
$function$;

ALTER FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_notifications(filters jsonb DEFAULT '{}'::jsonb, cursor_at timestamp with time zone DEFAULT NULL::timestamp with time zone, cursor_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  answer jsonb;
  person constant uuid := auth.uid();
  brands uuid [];
begin
  perform private.require_own_session();
  -- Once, and in the statement itself: so the index gives the page, however many notifications the person has.
  brands := private.brands_permitting('brand.read');
  with page as (
    select notification.* from public.notifications as notification
    where
      notification.user_id = person and notification.is_in_app
      and (notification.brand_id is null or notification.brand_id = any (brands))
      and (filters ->> 'id' is null or notification.id = (filters ->> 'id')::uuid)
      and (filters ->> 'is_read' is null or notification.is_read = (filters ->> 'is_read')::boolean)
      and (filters ->> 'is_archived' is null or notification.is_archived = (filters ->> 'is_archived')::boolean)
      and (filters ->> 'brand_id' is null or notification.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or notification.category = filters ->> 'category')
      and (cursor_at is null or (notification.last_at, notification.id) < (cursor_at, cursor_id))
    order by notification.last_at desc, notification.id desc
    limit least(greatest(page_size, 1), 101)
  )
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
      'id', page.id, 'brand_id', page.brand_id, 'category', page.category, 'type', page.type, 'event', page.event,
      'title', page.title, 'message', page.message, 'action_label', page.action_label, 'action_url', page.action_url,
      'content_id', page.content_id, 'actor', private.person_document(page.actor_id, page.brand_id),
      'count', page.bundle_count, 'is_read', page.is_read, 'is_archived', page.is_archived,
      'created_at', page.created_at, 'last_at', page.last_at
    ) order by page.last_at desc, page.id desc), '[]'),
    'total', null
  )
  into answer from page;
  return answer;
end;
$function$;

ALTER FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_publications(brand_id uuid DEFAULT NULL::uuid, content_id uuid DEFAULT NULL::uuid, status text DEFAULT NULL::text, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  brands uuid [] := private.brands_permitting('content.read');
  most constant integer := least(greatest(list_publications.page_size, 1), 100);
  -- Later than all ids that are made
  before constant uuid := coalesce(list_publications.before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  access private.brand_access [];
  found private.publications [];
begin
  if list_publications.brand_id is not null then
    perform private.require_permission(list_publications.brand_id, 'content.read');
    brands := array[list_publications.brand_id];
  end if;
  if list_publications.content_id is not null then
    perform private.require_visible_content(list_publications.content_id);
  end if;
  found := array(
    select item
    from unnest(brands) as asked (brand_id)
    cross join lateral (
      -- Each kind of list by its own index; only one of them is asked.
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is not null and present.content_id = list_publications.content_id
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and list_publications.status <> 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and present.status = list_publications.status and present.status <> 'completed'
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and coalesce(list_publications.status, 'completed') = 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
    ) as of_brand
    order by of_brand.id desc
    limit most
  );
  access := private.access_held(array(select distinct each.brand_id from unnest(found) as each));
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(private.publication_document(each) order by each.id desc), '[]')
      from unnest(found) as each
    ),
    'people', private.people_named(array(select each.requested_by from unnest(found) as each), access)
  );
end;
$function$;

ALTER FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_watchers(content_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := (select contents.brand_id from public.contents where contents.id = list_watchers.content_id);
begin
  perform private.require_visible_content(list_watchers.content_id);
  return (
    with watchers as (
      select watching.id from private.watchers_of(list_watchers.content_id) as watching (id)
      where private.is_active_member(watching.id, brand)
    ),
    page as (
      select watchers.id from watchers order by watchers.id
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(person.document order by page.id)
        from page
        cross join lateral (select private.person_document(page.id, brand) as document) as person
        where person.document is not null
      ), '[]'),
      'total', (select count(*) from watchers)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_watchers"(uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_webhook_attempts(webhook_id uuid, of_delivery uuid DEFAULT NULL::uuid, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint public.webhook_endpoints;
begin
  endpoint := private.own_webhook(list_webhook_attempts.webhook_id);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(
      jsonb_build_object(
        'id', found.id, 'webhook_id', found.endpoint_id, 'delivery_id', found.delivery_id, 'number', found.number,
        'at', found.at, 'duration_ms', found.duration_ms, 'response_status', found.response_status,
        'error', found.error, 'answer', found.answer, 'event_id', found.event_id, 'event_type', found.event_type
      ) order by found.id desc
    ), '[]'))
    from (
      select attempt.*, delivery.event_id, delivery.event_type
      from public.webhook_attempts as attempt
      inner join public.webhook_deliveries as delivery on delivery.id = attempt.delivery_id
      where
        attempt.brand_id = endpoint.brand_id and attempt.endpoint_id = endpoint.id
        and (before_id is null or attempt.id < before_id)
        and (of_delivery is null or attempt.delivery_id = of_delivery)
      order by attempt.id desc
      limit least(greatest(page_size, 1), 101)
    ) as found
  );
end;
$function$;

ALTER FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_webhook_deliveries(webhook_id uuid, wanted_status text DEFAULT NULL::text, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint public.webhook_endpoints;
begin
  endpoint := private.own_webhook(list_webhook_deliveries.webhook_id);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(
      private.webhook_delivery_document(listed) order by listed.event_id desc
    ), '[]'))
    from (
      -- The latest of each status, each by the index: no page looks at rows that it leaves out.
      select latest.*
      from unnest(
        case when wanted_status is null then array['pending', 'delivered', 'failed'] else array[wanted_status] end
      ) as kind (status)
      cross join lateral (
        select delivery.* from public.webhook_deliveries as delivery
        where
          delivery.endpoint_id = endpoint.id and delivery.status = kind.status
          and delivery.brand_id = endpoint.brand_id
          and delivery.event_id < coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        order by delivery.event_id desc
        limit least(greatest(page_size, 1), 101)
      ) as latest
      order by latest.event_id desc
      limit least(greatest(page_size, 1), 101)
    ) as listed
  );
end;
$function$;

ALTER FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_webhooks(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(list_webhooks.brand_id, 'integration.manage');
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(private.webhook_document(endpoint) order by endpoint.id), '[]')
    )
    from public.webhook_endpoints as endpoint
    where endpoint.brand_id = list_webhooks.brand_id
  );
end;
$function$;

ALTER FUNCTION "public"."list_webhooks"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.mark_notifications(marks jsonb, filters jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  marked integer;
begin
  perform private.require_functions();
  perform private.require_own_session();
  for attempt in 1..3 loop
    begin
      marked := private.mark_own(marks, filters);
      exit;
    exception
      -- A newer one of a bundle came just now: it is seen the next time.
      when unique_violation then
        if attempt = 3 then
          perform private.refuse(409, 'there are newer notifications; try again');
        end if;
    end;
  end loop;
  return jsonb_build_object('marked', marked, 'unread', private.unread_count(auth.uid()));
end;
$function$;

ALTER FUNCTION "public"."mark_notifications"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.note_chat_outcomes(outcomes jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  noted record;
  destination private.notification_destinations;
  number integer := 0;
begin
  for noted in
    select outcome.* from jsonb_to_recordset(note_chat_outcomes.outcomes) as outcome (
      destination_id uuid, outcome text, reason text, rest numeric, tried uuid[], held uuid[]
    )
    order by outcome.destination_id
  loop
    update private.notification_destinations as kept
    set
      failures = case noted.outcome when 'taken' then 0 when 'resting' then kept.failures else kept.failures + 1 end,
      failing_since = case noted.outcome
        when 'taken' then null when 'resting' then kept.failing_since else coalesce(kept.failing_since, now())
      end,
      resting_until = case
        when noted.outcome = 'resting' then kept.resting_until
        else now() + make_interval(secs => least(greatest(coalesce(noted.rest, 0)::double precision, case
          when noted.outcome = 'taken' then 0
          -- Five seconds, then twice as long each time, to an hour.
          else least(5 * 2 ^ least(kept.failures, 10), 3600) * (0.8 + random() * 0.4)
        end), 3600))
      end
    where kept.id = noted.destination_id
    returning kept.* into destination;
    if destination.id is not null then
      if
        noted.outcome = 'gone' or (noted.outcome = 'refused' and destination.failures >= 5)
        or (destination.failures >= 10 and destination.failing_since < now() - interval '1 day')
      then
        perform public.disable_destination(destination.id, noted.reason);
      end if;
      update private.jobs as job
      set
        run_at = greatest(job.run_at, destination.resting_until),
        payload = case
          when job.id = any (noted.tried)
            then job.payload || jsonb_build_object('tries', coalesce((job.payload ->> 'tries')::integer, 0) + 1)
          else job.payload
        end
      where job.queue = 'notification_chat' and job.id = any (coalesce(noted.tried, '{}') || coalesce(noted.held, '{}'));
      number := number + 1;
    end if;
  end loop;
  return number;
end;
$function$;

ALTER FUNCTION "public"."note_chat_outcomes"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.postpone_mail(mail_id uuid, seconds integer)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with postponed as (
    update private.jobs
    set
      run_at = now() + least(greatest(postpone_mail.seconds, 1), 86400) * interval '1 second',
      leased_by = null, lease_until = null, attempts = greatest(jobs.attempts - 1, 0)
    where jobs.id = postpone_mail.mail_id and jobs.queue = 'mail' and jobs.lease_until >= now()
    returning 1
  )
  select exists (select from postponed);
$function$;

ALTER FUNCTION "public"."postpone_mail"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.publish_content(content_id uuid, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.published_content
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  publication_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'publish', expected_version);
  publication_id := private.publish(content);
  return query
    select answer.*, private.publication_brief(publication_id) from private.content_answer(content.id) as answer;
end;
$function$;

ALTER FUNCTION "public"."publish_content"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.queue_digests(batch integer DEFAULT 200)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  queued integer;
begin
  with due as materialized (
    select
      digest.*, preferences.digest, profiles.timezone,
      private.wants(preferences, 'digests', 'email') and profiles.is_active as is_wanted,
      private.quiet_until(preferences.quiet_from, preferences.quiet_to, profiles.timezone, now()) as quiet_until
    from private.notification_digests as digest
    inner join public.profiles on profiles.id = digest.user_id
    inner join public.notification_preferences as preferences on preferences.user_id = digest.user_id
    where digest.next_at <= now()
    order by digest.next_at
    limit least(greatest(batch, 1), 1000)
    for update of digest skip locked
  ),
  moved as (
    update private.notification_digests as digest
    set
      since = case when due.quiet_until is null then now() else digest.since end,
      next_at = coalesce(
        due.quiet_until, private.next_digest_at(due.digest, due.timezone, now()), now() + interval '1 day'
      )
    from due
    where due.user_id = digest.user_id and (due.ends_at is null or due.quiet_until is not null)
  ),
  ended as (
    delete from private.notification_digests as digest using due
    where due.user_id = digest.user_id and due.ends_at is not null and due.quiet_until is null
  ),
  added as (
    insert into private.jobs (queue, kind, payload, dedupe_key)
    select
      'notification_mail', 'digest', jsonb_build_object(
        'userId', due.user_id, 'since', due.since, 'beganAt', due.began_at, 'endsAt', due.ends_at
      ),
      'digest:' || due.user_id || ':' || extract(epoch from due.next_at)::bigint
    from due
    where due.is_wanted and due.quiet_until is null
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select count(*) into queued from due;
  return queued;
end;
$function$;

ALTER FUNCTION "public"."queue_digests"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.queue_events(consumer text, types text[], batch integer DEFAULT 5000, is_ordered boolean DEFAULT false)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  reader private.outbox_consumers;
  most constant integer := least(greatest(queue_events.batch, 1), 20000);
  looked_at integer;
  last_transaction_id xid8;
  last_event_id uuid;
begin
  insert into private.outbox_consumers (name) values (queue_events.consumer) on conflict do nothing;
  -- The lock makes workers take turns until the position of the consumer is moved.
  select * into reader from private.outbox_consumers where outbox_consumers.name = queue_events.consumer for update;
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  with following as materialized (
    select
      events.transaction_id, events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
      events.aggregate_version, events.occurred_at
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit most
  ),
  queued as (
    -- What the event says of itself stays in the log: consumers get ids, and read what they need as it is by then.
    insert into private.jobs (
      queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, order_key, place
    )
    select
      queue_events.consumer, 'event', following.brand_id,
      jsonb_build_object(
        'id', following.id, 'brandId', following.brand_id, 'type', following.type,
        'aggregateType', following.aggregate_type, 'aggregateId', following.aggregate_id,
        'aggregateVersion', following.aggregate_version, 'occurredAt', following.occurred_at
      ),
      -- The order of a brand's events among each other.
      least(following.occurred_at, now()), following.id::text, 20,
      case when queue_events.is_ordered then following.aggregate_id end,
      case when queue_events.is_ordered then following.id end
    from following
    where following.type = any (queue_events.types)
    order by following.transaction_id, following.id
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select
    count(*), (array_agg(following.transaction_id order by following.transaction_id desc, following.id desc))[1],
    (array_agg(following.id order by following.transaction_id desc, following.id desc))[1]
  into looked_at, last_transaction_id, last_event_id
  from following;
  if looked_at > 0 or reader.is_behind then
    update private.outbox_consumers
    set
      read_transaction_id = coalesce(last_transaction_id, reader.read_transaction_id),
      read_event_id = coalesce(last_event_id, reader.read_event_id), is_behind = looked_at = most, updated_at = now()
    where outbox_consumers.name = queue_events.consumer;
  end if;
  return looked_at;
end;
$function$;

ALTER FUNCTION "public"."queue_events"(text, text[], integer, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.queue_mails(mails jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  queued integer;
begin
  -- A key that is known was queued before, whatever became of its mail since.
  with wanted as (
    select
      private.uuid_v7() as id, mail ->> 'key' as dedupe_key, (mail ->> 'brandId')::uuid as brand_id,
      (mail ->> 'userId')::uuid as user_id, mail ->> 'template' as template, mail ->> 'category' as category,
      mail ->> 'sealed' as sealed
    from jsonb_array_elements(queue_mails.mails) as mail
  ),
  noted as (
    insert into private.mail_messages (id, dedupe_key, brand_id, user_id, template, category)
    select wanted.id, wanted.dedupe_key, brands.id, profiles.id, wanted.template, wanted.category
    from wanted
    left join public.brands on brands.id = wanted.brand_id
    left join public.profiles on profiles.id = wanted.user_id
    where wanted.brand_id is null or brands.id is not null
    on conflict (dedupe_key) do nothing
    returning mail_messages.id
  ),
  added as (
    insert into private.jobs (id, queue, kind, brand_id, payload, priority)
    select
      wanted.id, 'mail', 'send_mail', wanted.brand_id, jsonb_build_object('mail', wanted.sealed),
      case when wanted.category in ('security', 'invitations') then 0 when wanted.category = 'digests' then -2 else -1 end
    from noted
    inner join wanted on wanted.id = noted.id
    returning 1
  )
  select count(*) into queued from added;
  if queued > 0 then
    -- They leave right after the request or the job that queued them.
    perform private.announce_work();
  end if;
  return queued;
end;
$function$;

ALTER FUNCTION "public"."queue_mails"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_channel_access(channel_id uuid, content_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  channel public.channels;
  content public.contents;
  publication public.channel_publications;
begin
  -- Reads only, and still for our functions alone: a ciphertext goes where the keys are, and nowhere else.
  perform private.require_functions();
  channel := private.require_channel(read_channel_access.channel_id);
  if read_channel_access.content_id is not null then
    select contents.* into content from public.contents
    where
      contents.id = read_channel_access.content_id and contents.brand_id = channel.brand_id
      and contents.deleted_at is null;
    if content.id is null or not private.permits(channel.brand_id, 'content.read') then
      perform private.refuse(404, 'content not found');
    end if;
    select present.* into publication from public.channel_publications as present
    where present.channel_id = channel.id and present.content_id = content.id;
    publication := private.known_publication(
      publication, private.channel_target(channel.kind, channel.settings)
    );
  end if;
  return jsonb_build_object(
    'channel', to_jsonb(channel),
    'publication', case when publication.id is not null then to_jsonb(publication) end,
    'document', case when content.id is not null then private.channel_document(content) end
  );
end;
$function$;

ALTER FUNCTION "public"."read_channel_access"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_channel_content(channel_id uuid, content_id uuid, version integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  channel public.channels;
  content public.contents;
begin
  select * into channel from public.channels where channels.id = read_channel_content.channel_id;
  select contents.* into content from public.contents where contents.id = read_channel_content.content_id;
  if content.id is not null and read_channel_content.version is not null then
    content := private.content_at_version(content.id, read_channel_content.version);
  end if;
  if channel.id is null or content.id is null or content.brand_id <> channel.brand_id then
    perform private.refuse(404, 'channel or content not found');
  end if;
  return jsonb_build_object('channel', to_jsonb(channel), 'document', private.channel_document(content));
end;
$function$;

ALTER FUNCTION "public"."read_channel_content"(uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claims_to_recheck(content_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  markets text[];
begin
  select * into content from private.content_by_id(read_claims_to_recheck.content_id);
  -- Others are checked by people.
  if content.deleted_at is null and (
    content.status = 'scheduled' or exists (
      select from private.publications as present
      where present.content_id = content.id and present.direction = 'publish' and present.status = 'running'
    )
  ) then
    markets := (private.markets_to_recheck(content))[1:10];
  end if;
  if coalesce(cardinality(markets), 0) = 0 then
    return null;
  end if;
  return private.claims_to_check(content.brand_id, markets, private.products_named(content), content);
end;
$function$;

CREATE OR REPLACE FUNCTION public.read_delivery_settings(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(brand_id, 'brand.read');
  return private.delivery_settings_document(brand_id);
end;
$function$;

ALTER FUNCTION "public"."read_delivery_settings"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_destinations(ids uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', destination.id, 'kind', destination.kind, 'url', destination.url, 'secret', destination.secret,
    'user_id', destination.user_id, 'brand_id', destination.brand_id,
    'is_resting', coalesce(destination.resting_until > now(), false), 'failures', destination.failures,
    'brands', case
      when destination.user_id is null then jsonb_build_array(destination.brand_id)
      else (
        select coalesce(jsonb_agg(member.brand_id), '[]') from public.brand_members as member
        where
          member.user_id = destination.user_id and (member.expires_at is null or member.expires_at > now())
          and not 'brand.read' = any (member.restrictions)
      )
    end
  )), '[]')
  from private.notification_destinations as destination
  left join public.profiles on profiles.id = destination.user_id
  left join public.brands as brand on brand.id = destination.brand_id
  where
    destination.id = any (read_destinations.ids) and destination.is_enabled and brand.deleted_at is null
    and coalesce(profiles.is_active, true);
$function$;

ALTER FUNCTION "public"."read_destinations"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_mail_settings(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(read_mail_settings.brand_id, 'brand.update');
  return private.describe_mail_settings(read_mail_settings.brand_id);
end;
$function$;

ALTER FUNCTION "public"."read_mail_settings"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_notification_counts()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant uuid := auth.uid();
  brands uuid [];
begin
  perform private.require_own_session();
  brands := private.brands_permitting('brand.read');
  return (
    with counted as (
      select notification.brand_id, count(*) as unread
      from public.notifications as notification
      where
        notification.user_id = person and notification.is_in_app
        and not notification.is_read and not notification.is_archived
        and (notification.brand_id is null or notification.brand_id = any (brands))
      group by notification.brand_id
    )
    select jsonb_build_object(
      'unread', coalesce(sum(counted.unread), 0),
      'by_brand', coalesce(
        jsonb_agg(
          jsonb_build_object('brand_id', counted.brand_id, 'unread', counted.unread)
          order by counted.unread desc, counted.brand_id
        ) filter (where counted.brand_id is not null),
        '[]'
      )
    )
    from counted
  );
end;
$function$;

ALTER FUNCTION "public"."read_notification_counts"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_notification_mails(ids uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', notification.id, 'user_id', notification.user_id, 'brand_id', notification.brand_id,
    'category', notification.category, 'event', notification.event, 'title', notification.title,
    'message', notification.message, 'action_url', notification.action_url, 'email', users.email,
    'first_name', profiles.first_name, 'language', profiles.language, 'timezone', private.known_zone(profiles.timezone),
    'brand_name', coalesce(brand.name, ''), 'content_title', coalesce(content.title, notification.subject, ''),
    'step', coalesce(notification.metadata ->> 'step', ''), 'due_at', notification.metadata ->> 'dueAt',
    'percent', coalesce(notification.metadata ->> 'percent', ''),
    'metric', coalesce(notification.metadata ->> 'metric', ''),
    'assignee_name', private.display_name((notification.metadata ->> 'assigneeId')::uuid, notification.brand_id),
    'author_name', private.display_name(content.created_by, notification.brand_id),
    'last_at', notification.last_at
  )), '[]')
  from public.notifications as notification
  inner join public.profiles on profiles.id = notification.user_id and profiles.is_active
  inner join auth.users on users.id = notification.user_id
  left join public.brands as brand on brand.id = notification.brand_id and brand.deleted_at is null
  left join public.contents as content
    on content.id = notification.content_id and content.brand_id = notification.brand_id
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where
    notification.id = any (read_notification_mails.ids) and users.email is not null
    and private.is_news(notification, preferences) and private.wants(preferences, notification.category, 'email');
$function$;

ALTER FUNCTION "public"."read_notification_mails"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_watching(content_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_visible_content(read_watching.content_id);
  return exists (
    select from private.watchers_of(read_watching.content_id) as watching (id) where watching.id = auth.uid()
  );
end;
$function$;

ALTER FUNCTION "public"."read_watching"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_channel_attempt(publication_id uuid, channel_id uuid, lease_number integer, is_publication boolean, error text DEFAULT NULL::text, is_final boolean DEFAULT false, is_unknown boolean DEFAULT false, retry_seconds double precision DEFAULT NULL::double precision, url text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  publication private.publications;
  attempt private.publication_channels;
  policy record;
begin
  select * into publication from private.publications as present
  where present.id = record_channel_attempt.publication_id for update;
  update private.publication_channels as channel
  -- A target that has not answered may still work on it: the lease goes on until its end.
  set
    leased_until = case when is_unknown then channel.leased_until end,
    due_at = case when is_unknown then channel.due_at else least(channel.due_at, now()) end, changed_at = now()
  where
    channel.publication_id = record_channel_attempt.publication_id
    and channel.channel_id = record_channel_attempt.channel_id
    and channel.lease_number = record_channel_attempt.lease_number and channel.leased_until is not null
  returning channel.* into attempt;
  if attempt.publication_id is null then
    return false;
  elsif is_publication <> (attempt.state = 'pending') or attempt.state not in ('pending', 'withdrawing') then
    -- It was cancelled, or taken over, while the attempt was on its way: the channel is undone from here.
    if is_publication then
      update private.publication_channels as channel set is_standing = true
      where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
    end if;
    update private.publications as present set due_at = now()
    where present.id = publication.id and present.status in ('running', 'compensating');
    return true;
  elsif error is null then
    perform private.attempt_succeeded(attempt, record_channel_attempt.url);
    return true;
  end if;
  select * into policy from private.publication_policy(
    case when is_publication then 'publish_to_channels' else 'unpublish' end,
    attempt.is_required or publication.status = 'compensating'
  );
  update private.publication_channels as channel
  set
    error = left(record_channel_attempt.error, 500),
    -- What cannot be taken back now, perhaps because its password has changed, can be once somebody has corrected that.
    state = case
      when (is_final and is_publication) or attempt.attempts >= policy.attempts then 'failed' else channel.state
    end,
    is_standing = channel.is_standing or not is_publication,
    due_at = greatest(channel.leased_until, now() + private.publication_delay(
      case when is_publication then 'publish_to_channels' else 'unpublish' end,
      attempt.is_required or publication.status = 'compensating', attempt.attempts, retry_seconds
    ))
  where channel.publication_id = attempt.publication_id and channel.channel_id = attempt.channel_id;
  update private.publications as present set error = left(record_channel_attempt.error, 500)
  where present.id = publication.id and present.status = 'running';
  return true;
end;
$function$;

ALTER FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_channel_check(channel_id uuid, outcome jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present public.channels;
begin
  perform private.require_functions();
  present := private.require_channel(record_channel_check.channel_id);
  update public.channels
  set
    checked_at = now(), is_usable = coalesce((outcome ->> 'is_usable')::boolean, false),
    check_message = left(outcome ->> 'message', 1000)
  where channels.id = present.id
  returning channels.* into present;
  return private.channel_answer(present);
end;
$function$;

ALTER FUNCTION "public"."record_channel_check"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_mail_events(events jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  counted integer;
begin
  perform private.require_functions();
  with given as (
    select distinct on (event ->> 'provider', event ->> 'eventId')
      event ->> 'provider' as provider, left(event ->> 'eventId', 200) as event_id, event ->> 'kind' as kind,
      (event ->> 'mailId')::uuid as mail_id, event ->> 'providerMessageId' as provider_message_id,
      (event ->> 'at')::timestamptz as happened_at, event ->> 'suppress' as suppress,
      event ->> 'emailIndex' as email_index
    from jsonb_array_elements(record_mail_events.events) as event
  ),
  found as (
    select given.*, coalesce(by_id.id, by_provider.id) as known_id
    from given
    left join private.mail_messages as by_id on by_id.id = given.mail_id
    left join lateral (
      select mail_messages.id from private.mail_messages
      where
        given.mail_id is null and mail_messages.provider = given.provider
        and mail_messages.provider_message_id = given.provider_message_id
      limit 1
    ) as by_provider on true
    where
      given.kind not in ('opened', 'clicked')
      -- A provider may report what nobody asked for.
      or exists (
        select from private.mail_messages as tracked
        inner join private.mail_settings as settings on settings.brand_id = tracked.brand_id and settings.tracks
        where
          tracked.id = coalesce(by_id.id, by_provider.id) and tracked.category not in ('security', 'invitations')
      )
  ),
  added as (
    insert into private.mail_events (provider, event_id, mail_id, kind, happened_at)
    select found.provider, found.event_id, found.known_id, found.kind, found.happened_at
    from found
    on conflict do nothing
    returning mail_events.provider, mail_events.event_id
  ),
  fresh as (
    select found.* from found
    inner join added on added.provider = found.provider and added.event_id = found.event_id
  ),
  suppressed as (
    insert into private.email_suppressions as known (email_index, reason, until)
    select distinct on (fresh.email_index)
      fresh.email_index, fresh.suppress, case when fresh.suppress = 'bounce' then now() + interval '7 days' end
    from fresh
    where fresh.suppress is not null and fresh.email_index is not null
    order by fresh.email_index, fresh.suppress desc
    on conflict (email_index) do update
      set
        reason = excluded.reason, times = least(known.times + 1, 1000),
        until = case
          when excluded.reason = 'bounce' then now() + least(7 * 2 ^ least(known.times, 10), 365) * interval '1 day'
        end
      -- Mails that bounce together count once.
      where known.reason = 'bounce' and (excluded.reason = 'complaint' or known.until < now())
  ),
  times as (
    select
      fresh.known_id as id,
      min(fresh.happened_at) filter (where fresh.kind = 'delivered') as delivered_at,
      min(fresh.happened_at) filter (where fresh.kind = 'opened') as opened_at,
      min(fresh.happened_at) filter (where fresh.kind = 'clicked') as clicked_at,
      min(fresh.happened_at) filter (where fresh.kind = 'bounced') as bounced_at,
      min(fresh.happened_at) filter (where fresh.kind = 'complained') as complained_at,
      bool_or(fresh.kind = 'failed') as has_failed
    from fresh
    where fresh.known_id is not null
    group by fresh.known_id
  ),
  changed as (
    update private.mail_messages as message
    set
      delivered_at = least(message.delivered_at, times.delivered_at),
      opened_at = least(message.opened_at, times.opened_at),
      clicked_at = least(message.clicked_at, times.clicked_at),
      bounced_at = least(message.bounced_at, times.bounced_at),
      complained_at = least(message.complained_at, times.complained_at),
      -- The order of arrival says nothing: providers repeat and overtake.
      status = case
        when coalesce(message.complained_at, times.complained_at) is not null then 'complained'
        when coalesce(message.bounced_at, times.bounced_at) is not null then 'bounced'
        when coalesce(message.clicked_at, times.clicked_at) is not null then 'clicked'
        when coalesce(message.opened_at, times.opened_at) is not null then 'opened'
        when coalesce(message.delivered_at, times.delivered_at) is not null then 'delivered'
        when times.has_failed then 'failed'
        else message.status
      end
    from times
    where message.id = times.id
  )
  select count(*) into counted from fresh;
  return counted;
end;
$function$;

ALTER FUNCTION "public"."record_mail_events"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_validation(publication_id uuid, problems jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  publication private.publications;
  refusal text;
begin
  select * into publication from private.publications as present
  where present.id = record_validation.publication_id for update;
  if
    publication.id is null or publication.status <> 'running' or publication.step <> 'publish_to_channels'
    or publication.is_validated
  then
    return false;
  end if;
  update private.publications as present set is_validated = true, due_at = now() where present.id = publication.id;
  update private.publication_channels as channel
  set state = 'failed', error = left(record_validation.problems ->> channel.channel_id::text, 500), changed_at = now()
  where
    channel.publication_id = publication.id and channel.state = 'pending'
    and record_validation.problems ? channel.channel_id::text;
  select channel.kind || ': ' || channel.error into refusal from private.publication_channels as channel
  where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
  order by channel.channel_id limit 1;
  if refusal is not null then
    publication := private.undo_publication(publication, refusal);
    update private.publications as present set failed_step = 'validate' where present.id = publication.id;
  end if;
  return true;
end;
$function$;

ALTER FUNCTION "public"."record_validation"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_webhook_attempts(worker text, results jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  recorded integer;
  known jsonb;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  if exists (
    select from jsonb_to_recordset(results) as result (id uuid)
    inner join public.webhook_deliveries as delivery on delivery.id = result.id
    where delivery.is_ordered
  ) then
    perform private.lock_webhook_order();
  end if;
  with given as (
    select result.*
    from jsonb_to_recordset(results) as result (
      id uuid, at timestamptz, duration_ms integer, outcome text, response_status integer, error text, answer text,
      retry_after integer
    )
  ),
  -- In one order, so that two workers never wait for each other.
  held as (
    select given.*, delivery.attempts + 1 as number, private.webhook_retry_delay(delivery.attempts + 1) as delay
    from given inner join public.webhook_deliveries as delivery on delivery.id = given.id
    where delivery.leased_by = record_webhook_attempts.worker and delivery.status = 'pending'
    order by given.id
    for update of delivery
  ),
  done as (
    update public.webhook_deliveries as delivery
    set
      attempts = held.number, leased_by = null, response_status = held.response_status, error = left(held.error, 300),
      status = case
        when held.outcome = 'delivered' then 'delivered'
        when held.outcome in ('gone', 'final') or held.delay is null then 'failed'
        else 'pending'
      end,
      delivered_at = case when held.outcome = 'delivered' then now() end,
      next_attempt_at = case when held.outcome in ('failed', 'unsent') and held.delay is not null then
        -- Some 15 % earlier or later, so that what failed together comes apart.
        now() + greatest(
          held.delay * (0.85 + 0.3 * random()), make_interval(secs => least(coalesce(held.retry_after, 0), 3600))
        )
      end
    from held
    where delivery.id = held.id
    returning
      delivery.id, delivery.endpoint_id, delivery.brand_id, delivery.aggregate_id, delivery.is_ordered, delivery.status
  ),
  logged as (
    insert into public.webhook_attempts (
      brand_id, endpoint_id, delivery_id, number, at, duration_ms, response_status, error, answer
    )
    select
      done.brand_id, done.endpoint_id, done.id, held.number, held.at, least(greatest(held.duration_ms, 0), 600000),
      held.response_status, left(held.error, 300), left(held.answer, 1024)
    from done inner join held on held.id = done.id
    order by held.at
  )
  select
    count(*),
    jsonb_agg(jsonb_build_object(
      'endpoint_id', done.endpoint_id, 'outcome', held.outcome, 'duration_ms', held.duration_ms,
      'retry_after', held.retry_after
    )),
    array_agg(done.endpoint_id) filter (where done.is_ordered and done.status <> 'pending'),
    array_agg(done.aggregate_id) filter (where done.is_ordered and done.status <> 'pending')
  into recorded, known, ordered_endpoints, ordered_aggregates
  from done inner join held on held.id = done.id;
  if known is not null then
    perform private.note_webhook_health(known);
  end if;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  return recorded;
end;
$function$;

ALTER FUNCTION "public"."record_webhook_attempts"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.release_channel_attempt(publication_id uuid, channel_id uuid, lease_number integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  -- The publication first, as everything else locks them.
  perform from private.publications as present
  where present.id = release_channel_attempt.publication_id for update;
  update private.publication_channels as channel
  set attempts = greatest(channel.attempts - 1, 0), due_at = channel.leased_until, changed_at = now()
  where
    channel.publication_id = release_channel_attempt.publication_id
    and channel.channel_id = release_channel_attempt.channel_id
    and channel.lease_number = release_channel_attempt.lease_number and channel.leased_until is not null;
  return found;
end;
$function$;

ALTER FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.release_webhook_deliveries(worker text, ids uuid[])
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with held as (
    select delivery.id from public.webhook_deliveries as delivery
    where delivery.id = any (ids) and delivery.leased_by = release_webhook_deliveries.worker
    order by delivery.id
    for update
  ),
  released as (
    update public.webhook_deliveries as delivery set leased_by = null, next_attempt_at = now()
    from held
    where delivery.id = held.id
    returning 1
  )
  select count(*)::integer from released;
$function$;

ALTER FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.remove_destination(destination_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  removed private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  removed := private.own_destination(destination_id);
  delete from private.notification_destinations as kept where kept.id = removed.id;
  perform private.tell_of_destination(removed, 'destination_removed', 'Notifications of the brand go to “%s” no more');
end;
$function$;

ALTER FUNCTION "public"."remove_destination"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.remove_old_notifications(batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  size constant integer := least(greatest(batch, 1), 20000);
  removed integer;
  forgotten integer;
begin
  delete from public.notifications
  where notifications.id in (
    (
      select old.id from public.notifications as old
      where (old.is_read or old.is_archived) and old.last_at < now() - interval '90 days'
      order by old.last_at limit size
    )
    union
    (
      select old.id from public.notifications as old
      where old.id < private.uuid_v7_floor(now() - interval '365 days') and old.last_at < now() - interval '365 days'
      order by old.id limit size
    )
  );
  get diagnostics removed = row_count;
  delete from private.told_people
  where (told_people.source_id, told_people.recipient_id) in (
    select old.source_id, old.recipient_id from private.told_people as old
    where old.source_id < private.uuid_v7_floor(now() - interval '90 days')
    order by old.source_id, old.recipient_id limit size
  );
  get diagnostics forgotten = row_count;
  return greatest(removed, forgotten);
end;
$function$;

ALTER FUNCTION "public"."remove_old_notifications"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.replay_webhook(webhook_id uuid, since timestamp with time zone DEFAULT NULL::timestamp with time zone, batch integer DEFAULT 1000, after_event uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  endpoint public.webhook_endpoints;
  most constant integer := least(greatest(replay_webhook.batch, 1), 1000);
  earliest constant timestamptz := least(greatest(replay_webhook.since, now() - interval '30 days'), now());
  chosen uuid [];
  looked constant integer := 5 * most;
  listed uuid [];
  events uuid [];
  repeated integer := 0;
  has_more boolean;
begin
  perform private.require_functions();
  endpoint := private.own_webhook(replay_webhook.webhook_id);
  if replay_webhook.since is null then
    select coalesce(array_agg(found.id), '{}') into chosen
    from (
      select failed.id from public.webhook_deliveries as failed
      where failed.endpoint_id = endpoint.id and failed.status = 'failed'
      order by failed.event_id limit most
    ) as found;
    repeated := private.repeat_webhook_deliveries(chosen);
    return jsonb_build_object('replayed', repeated, 'has_more', cardinality(chosen) = most, 'after', null);
  end if;
  -- Of the log, so that events which came while the webhook was off or did not exist are sent as well. A call looks at
  -- so many events, whatever the filters let pass.
  select coalesce(array_agg(found.id order by found.id), '{}') into listed
  from (
    select logged.id from public.domain_events as logged
    where
      logged.brand_id = endpoint.brand_id
      and logged.id >= greatest(private.uuid_v7_floor(earliest), replay_webhook.after_event)
      and logged.id is distinct from replay_webhook.after_event
    order by logged.id
    limit looked
  ) as found;
  select coalesce(array_agg(found.id order by found.id), '{}') into events
  from (
    select logged.id from public.domain_events as logged
    where
      logged.id = any (listed) and logged.occurred_at >= earliest
      and logged.transaction_id < pg_snapshot_xmin(pg_current_snapshot()) and logged.aggregate_id <> endpoint.id
      and (endpoint.event_types = '{}' or logged.type = any (endpoint.event_types))
      and private.webhook_takes(endpoint, logged.id)
    order by logged.id
    limit most + 1
  ) as found;
  has_more := cardinality(events) > most or cardinality(listed) = looked;
  events := events[:most];
  -- Whoever adds deliveries takes this lock first: the reader of the log may add the same ones just now.
  perform private.lock_webhook_order();
  insert into public.webhook_deliveries (
    brand_id, endpoint_id, event_id, event_type, aggregate_id, is_ordered, status, next_attempt_at
  )
  select
    endpoint.brand_id, endpoint.id, logged.id, logged.type, logged.aggregate_id, endpoint.is_ordered, 'failed', null
  from public.domain_events as logged
  where logged.id = any (events)
  order by logged.id
  on conflict on constraint webhook_deliveries_once do nothing;
  select coalesce(array_agg(known.id), '{}') into chosen
  from public.webhook_deliveries as known
  where
    known.brand_id = endpoint.brand_id and known.endpoint_id = endpoint.id and known.event_id = any (events)
    and known.status <> 'pending';
  repeated := private.repeat_webhook_deliveries(chosen);
  return jsonb_build_object(
    'replayed', repeated, 'has_more', has_more,
    'after', case
      when not has_more then null
      when cardinality(events) = most then events[most]
      else listed[looked]
    end
  );
end;
$function$;

ALTER FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.replay_webhook_delivery(webhook_id uuid, delivery_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint public.webhook_endpoints;
  delivery public.webhook_deliveries;
  repeated integer;
begin
  perform private.require_functions();
  endpoint := private.own_webhook(replay_webhook_delivery.webhook_id);
  select found.* into delivery from public.webhook_deliveries as found
  where found.id = replay_webhook_delivery.delivery_id and found.endpoint_id = endpoint.id;
  if delivery.id is null then
    perform private.refuse(404, 'delivery not found');
  elsif delivery.status = 'pending' then
    perform private.refuse(409, 'the delivery waits to be sent');
  end if;
  repeated := private.repeat_webhook_deliveries(array[delivery.id]);
  select found.* into delivery from public.webhook_deliveries as found where found.id = delivery.id;
  return private.webhook_delivery_document(delivery);
end;
$function$;

ALTER FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.retry_publication(content_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  publication private.publications;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  publication := private.lock_publication(content);
  if publication.status in ('running', 'compensating') then
    -- The next attempts come now, and those on their way are waited for.
    update private.publication_channels as channel set due_at = greatest(now(), channel.leased_until)
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing');
    update private.publications as present set due_at = now()
    where present.id = publication.id
    returning present.* into publication;
  else
    publication := private.retry_ended(publication, content);
  end if;
  return private.publication_answer(publication);
end;
$function$;

ALTER FUNCTION "public"."retry_publication"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.rotate_webhook_secret(webhook_id uuid, secret_id uuid, secret text, keep_hours integer DEFAULT 24)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present public.webhook_endpoints;
  ends_at constant timestamptz := now() + make_interval(hours => least(greatest(keep_hours, 0), 168));
begin
  perform private.require_functions();
  present := private.own_webhook(rotate_webhook_secret.webhook_id);
  perform from public.webhook_endpoints as found where found.id = present.id for update;
  if ends_at > now() then
    -- A former secret signs as long as was promised: a caller who never saw the answer rotates again.
    delete from private.webhook_secrets as old where old.endpoint_id = present.id and old.expires_at <= now();
    if (select count(*) from private.webhook_secrets as held where held.endpoint_id = present.id) >= 3 then
      perform private.refuse(409, 'two former secrets still sign: wait until they expire, or send keepHours 0');
    end if;
    update private.webhook_secrets as old set expires_at = ends_at
    where old.endpoint_id = present.id and old.expires_at is null;
  else
    delete from private.webhook_secrets as old where old.endpoint_id = present.id;
  end if;
  insert into private.webhook_secrets (id, endpoint_id, brand_id, secret)
  values (rotate_webhook_secret.secret_id, present.id, present.brand_id, rotate_webhook_secret.secret);
  update public.webhook_endpoints set updated_at = now() where webhook_endpoints.id = present.id
  returning * into present;
  perform private.append_event(
    present.brand_id, 'webhook', present.id, 'WebhookChanged', '{"changed": ["secret"]}', present.version
  );
  return private.webhook_document(present);
end;
$function$;

ALTER FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.send_notification(notification jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  people uuid [];
  brand constant uuid := (notification ->> 'brand_id')::uuid;
  is_own boolean;
  told integer;
begin
  perform private.require_functions();
  perform private.require_own_session();
  people := array(select jsonb_array_elements_text(notification -> 'user_ids'));
  if cardinality(people) = 0 then
    people := array[auth.uid()];
  end if;
  is_own := people = array[auth.uid()];
  if not is_own and not private.is_platform_admin() then
    if brand is null then
      perform private.refuse(403, 'people may only notify themselves');
    end if;
    perform private.require_permission(brand, 'member.manage', 'brand');
  elsif brand is not null and not private.is_platform_admin() then
    perform private.require_permission(brand, 'brand.read', 'brand');
  end if;
  told := private.notify(
    people, brand, 'system', 'notice', notification ->> 'title', coalesce(notification ->> 'message', ''),
    notification ->> 'action_url', coalesce(notification ->> 'type', 'info')
  );
  -- Whether somebody has muted the brand is theirs to know.
  return jsonb_build_object('told', (
    select count(distinct profiles.id) from public.profiles
    where
      profiles.id = any (people) and profiles.is_active
      and (brand is null or private.is_active_member(profiles.id, brand))
  ));
end;
$function$;

ALTER FUNCTION "public"."send_notification"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_delivery(brand_id uuid, mode text, key_hash text DEFAULT NULL::text, presentation jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  document jsonb;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not with `on conflict do update`: the constraint would check the row to insert, which lacks the key that is stored
  -- already. Twice, because another session may insert the first row meanwhile.
  for attempt in 1..2 loop
    update private.delivery_settings as settings
    set
      mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
      site_url = case when presentation ? 'site_url' then presentation ->> 'site_url' else settings.site_url end,
      url_pattern = case
        when presentation ? 'url_pattern' then presentation ->> 'url_pattern' else settings.url_pattern
      end,
      names_models = coalesce((presentation ->> 'names_models')::boolean, settings.names_models),
      updated_by = auth.uid(), updated_at = now()
    where settings.brand_id = set_delivery.brand_id;
    exit when found;
    insert into private.delivery_settings (
      brand_id, mode, key_hash, site_url, url_pattern, names_models, updated_by
    )
    values (
      brand_id, mode, key_hash, presentation ->> 'site_url', presentation ->> 'url_pattern',
      coalesce((presentation ->> 'names_models')::boolean, false), auth.uid()
    )
    on conflict on constraint delivery_settings_pkey do nothing;
    exit when found;
  end loop;
  document := private.delivery_settings_document(brand_id);
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, document || jsonb_build_object(
    'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former settings.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return document;
end;
$function$;

ALTER FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_mail_settings(brand_id uuid, settings jsonb, expected_version integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  known integer;
begin
  perform private.require_functions();
  perform private.require_permission(set_mail_settings.brand_id, 'brand.update');
  perform from public.brands where brands.id = set_mail_settings.brand_id for update;
  select mail_settings.version into known
  from private.mail_settings where mail_settings.brand_id = set_mail_settings.brand_id;
  perform private.require_version(coalesce(known, 0), set_mail_settings.expected_version, 'mail setting');
  insert into private.mail_settings (brand_id, sender_name, reply_to, language, tracks, updated_by)
  values (
    set_mail_settings.brand_id, settings ->> 'sender_name', settings ->> 'reply_to', settings ->> 'language',
    coalesce((settings ->> 'tracks')::boolean, false), auth.uid()
  )
  on conflict (brand_id) do update
    set
      sender_name = excluded.sender_name, reply_to = excluded.reply_to, language = excluded.language,
      tracks = excluded.tracks, version = mail_settings.version + 1, updated_by = excluded.updated_by,
      updated_at = now();
  perform private.audit(
    set_mail_settings.brand_id, 'brand.mail_settings_changed', 'brand', set_mail_settings.brand_id
  );
  return private.describe_mail_settings(set_mail_settings.brand_id);
end;
$function$;

ALTER FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_notification_preferences(preferences jsonb, version integer)
 RETURNS public.notification_preferences
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  wanted constant public.notification_preferences := jsonb_populate_record(
    null::public.notification_preferences, preferences
  );
  written public.notification_preferences;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  if set_notification_preferences.version = 0 then
    insert into public.notification_preferences (
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to,
      channels, muted_brands
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to, coalesce(wanted.channels, '{}'),
      coalesce(wanted.muted_brands, '[]')
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to,
      -- Absent in what does not show them: they stay.
      channels = coalesce(wanted.channels, notification_preferences.channels),
      muted_brands = coalesce(wanted.muted_brands, notification_preferences.muted_brands)
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since');
  end if;
  return written;
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_watching(content_id uuid, is_watching boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.require_visible_content(set_watching.content_id);
  perform private.require_own_session();
  insert into private.content_watchers as watcher (content_id, user_id, brand_id, is_watching)
  select contents.id, auth.uid(), contents.brand_id, set_watching.is_watching
  from public.contents where contents.id = set_watching.content_id
  on conflict on constraint content_watchers_pkey do update set is_watching = excluded.is_watching;
  return set_watching.is_watching;
end;
$function$;

ALTER FUNCTION "public"."set_watching"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.take_digest(user_id uuid, digest_id uuid, began_at timestamp with time zone, ends_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  insert into private.digested_notifications as known (notification_id, digest_id, share, told)
  select
    notification.id, take_digest.digest_id, notification.bundle_count - coalesce(before.told, 0),
    notification.bundle_count
  from public.notifications as notification
  left join private.digested_notifications as before on before.notification_id = notification.id
  left join public.brands as brand on brand.id = notification.brand_id and brand.deleted_at is null
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where
    notification.user_id = take_digest.user_id
    -- What began in one moment with the digests themselves is theirs.
    and notification.last_at >= take_digest.began_at - interval '1 minute'
    and (take_digest.ends_at is null or notification.last_at <= take_digest.ends_at)
    and notification.bundle_count > coalesce(before.told, 0)
    and not notification.is_read and not notification.is_archived
    and private.wants(preferences, notification.category, 'email')
    and not private.has_muted(preferences, notification.brand_id)
    -- These were mailed at once.
    and notification.category not in ('security', 'invitations')
    and (notification.event <> 'sla_warning' or coalesce(preferences.task_reminders, false))
    and (
      notification.brand_id is null
      or brand.id is not null and private.is_active_member(notification.user_id, notification.brand_id)
    )
  on conflict (notification_id) do update
  set digest_id = excluded.digest_id, share = excluded.told - known.told, told = excluded.told
  where excluded.told > known.told;
  return private.digest_document(take_digest.user_id, take_digest.digest_id);
end;
$function$;

ALTER FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.test_destination(destination_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  tested private.notification_destinations;
begin
  perform private.require_functions();
  perform private.require_own_session();
  tested := private.own_destination(destination_id);
  if not tested.is_enabled then
    perform private.refuse(409, 'the destination is switched off');
  end if;
  return private.enqueue_job(
    'notification_chat', 'test', tested.brand_id, jsonb_build_object(
      'destinationId', tested.id, 'title', 'A test of MixerAI', 'message', 'Notifications arrive here.', 'url', null,
      'type', 'info', 'event', 'test', 'brandId', tested.brand_id, 'at', now()
    ),
    now(), 'test:' || tested.id
  );
end;
$function$;

ALTER FUNCTION "public"."test_destination"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.test_webhook(webhook_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  endpoint public.webhook_endpoints;
  made public.webhook_deliveries;
  id constant uuid := private.uuid_v7();
begin
  perform private.require_functions();
  endpoint := private.own_webhook(test_webhook.webhook_id);
  if not endpoint.is_active then
    perform private.refuse(409, 'the webhook is switched off');
  end if;
  if (
    select count(*) from public.webhook_deliveries as waiting
    where waiting.brand_id = endpoint.brand_id and waiting.endpoint_id = endpoint.id
      and waiting.next_attempt_at is not null and waiting.is_test
  ) >= 10 then
    perform private.refuse(409, 'ten tests wait to be sent already');
  end if;
  insert into public.webhook_deliveries (
    id, brand_id, endpoint_id, event_id, event_type, aggregate_id, is_test, next_attempt_at
  )
  values (id, endpoint.brand_id, endpoint.id, id, 'WebhookTest', endpoint.id, true, now())
  returning * into made;
  return private.webhook_delivery_document(made);
end;
$function$;

ALTER FUNCTION "public"."test_webhook"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.unsubscribe_mail(person uuid, category text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  if not exists (select from public.profiles where profiles.id = person) then
    return false;
  end if;
  perform private.turn_off_mail(person, unsubscribe_mail.category);
  return true;
end;
$function$;

ALTER FUNCTION "public"."unsubscribe_mail"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_channel(channel_id uuid, expected_version integer, changes jsonb, credentials text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  present public.channels;
  wished public.channels;
begin
  perform private.require_functions();
  present := private.require_channel(channel_id);
  select channels.* into present from public.channels where channels.id = present.id for update;
  perform private.require_version(present.version, expected_version, 'channel');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('name', 'settings', 'field_mapping', 'content_types', 'is_required', 'is_active')
  ));
  perform private.require_target(present, wished.settings, credentials is not null);
  update public.channels
  set
    name = wished.name, settings = wished.settings, field_mapping = wished.field_mapping,
    content_types = wished.content_types, is_required = wished.is_required, is_active = wished.is_active,
    credentials = coalesce(update_channel.credentials, channels.credentials),
    credentials_set_at = case
      when update_channel.credentials is null then channels.credentials_set_at else now()
    end
  where channels.id = present.id
  returning channels.* into wished;
  return private.channel_answer(wished);
end;
$function$;

ALTER FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_webhook(webhook_id uuid, expected_version integer, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present public.webhook_endpoints;
  wished public.webhook_endpoints;
begin
  perform private.require_functions();
  present := private.own_webhook(update_webhook.webhook_id);
  select found.* into present from public.webhook_endpoints as found where found.id = present.id for update;
  perform private.require_version(present.version, update_webhook.expected_version, 'webhook');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in (
      'url', 'name', 'event_types', 'template_ids', 'statuses', 'is_ordered', 'max_per_second', 'is_active'
    )
  ));
  if changes ? 'is_active' then
    wished.disabled_at := null;
    wished.disabled_reason := null;
    -- Its five days begin anew. Whether the receiver does well, its own answers say.
    update private.webhook_states set failing_since = null, last_failed_at = null
    where webhook_states.endpoint_id = present.id;
  end if;
  update public.webhook_endpoints
  set
    url = wished.url, name = wished.name, event_types = wished.event_types, template_ids = wished.template_ids,
    statuses = wished.statuses, is_ordered = wished.is_ordered, max_per_second = wished.max_per_second,
    is_active = wished.is_active, disabled_at = wished.disabled_at, disabled_reason = wished.disabled_reason
  where webhook_endpoints.id = present.id
  returning * into wished;
  return private.webhook_document(wished);
end;
$function$;

ALTER FUNCTION "public"."update_webhook"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.withdraw_again(batch integer DEFAULT 100)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  standing record;
  withdrawn integer := 0;
begin
  for standing in
    select contents.id, contents.brand_id, contents.version
    from public.contents
    where
      contents.id in (
        select failed.content_id
        from public.channels
        cross join lateral (
          select greatest(channels.updated_at, case when channels.is_usable then channels.checked_at end) as changed_at_last
        ) as present
        inner join private.publication_channels as failed
          on failed.channel_id = channels.id and failed.is_standing and failed.state = 'failed'
        where
          present.changed_at_last > now() - interval '1 day' and failed.changed_at < present.changed_at_last
          -- Once for each change or check.
          and not exists (
            select from private.publication_channels as later
            where
              later.channel_id = failed.channel_id and later.content_id = failed.content_id and later.is_standing
              and later.state = 'failed' and later.changed_at > present.changed_at_last
          )
      )
      and (contents.status <> 'published' or contents.deleted_at is not null)
      and not exists (
        select from private.publications as present
        where present.content_id = contents.id and present.status in ('running', 'compensating')
      )
    order by contents.id
    limit batch
    for update of contents skip locked
  loop
    perform private.withdraw_content(standing.id, standing.brand_id, standing.version);
    withdrawn := withdrawn + 1;
  end loop;
  return withdrawn;
end;
$function$;

ALTER FUNCTION "public"."withdraw_again"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.withdraw_of_deleted_brands(batch integer DEFAULT 100)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  standing record;
  withdrawn integer := 0;
begin
  for standing in
    select contents.id, contents.brand_id, contents.version
    from public.brands
    inner join public.contents on contents.brand_id = brands.id
    where
      brands.deleted_at is not null and contents.id in (
        select channel.content_id from private.publication_channels as channel
        where channel.brand_id = brands.id and channel.is_standing
      )
      and not exists (
        select from private.publications as present
        where
          present.content_id = contents.id
          and (
            present.status in ('running', 'compensating')
            -- It was tried, and some channel never answered.
            or (present.direction = 'unpublish' and present.started_at > brands.deleted_at)
          )
      )
    order by contents.id
    limit batch
    for update of contents skip locked
  loop
    perform private.withdraw_content(standing.id, standing.brand_id, standing.version);
    withdrawn := withdrawn + 1;
  end loop;
  return withdrawn;
end;
$function$;

ALTER FUNCTION "public"."withdraw_of_deleted_brands"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.write_notifications(ids uuid[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
begin
  return private.write_notices(array(
    select notice from private.task_notices(ids) as notice
    union all
    select notice from private.decision_notices(ids) as notice
    union all
    select notice from private.publication_notices(ids) as notice
    union all
    select notice from private.comment_notices(ids) as notice
    union all
    select notice from private.brand_notices(ids) as notice
    union all
    select notice from private.review_notices(ids) as notice
  ));
end;
$function$;

ALTER FUNCTION "public"."write_notifications"(uuid[]) OWNER TO "postgres";

ALTER TABLE "private"."content_watchers" ADD CONSTRAINT "content_watchers_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."content_watchers" ADD CONSTRAINT "content_watchers_content_id_brand_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "private"."content_watchers" ADD CONSTRAINT "content_watchers_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "private"."dead_jobs" ADD CONSTRAINT "dead_jobs_check" CHECK (((order_key IS NULL) = (place IS NULL)));

ALTER TABLE "private"."delivery_settings" ADD CONSTRAINT "delivery_settings_site_url_check" CHECK (((char_length(site_url) <= 500) AND (site_url ~ '^https://[^[:space:]<>"@{}\\]+$'::text)));

ALTER TABLE "private"."delivery_settings" ADD CONSTRAINT "delivery_settings_url_pattern_check" CHECK (((char_length(url_pattern) <= 500) AND (url_pattern ~ '^https://[^[:space:]<>"@{}\\/?#]+/[^[:space:]<>"@\\]*$'::text) AND (url_pattern ~ '^[^{}]*([{]type[}][^{}]*)?[{]slug[}][^{}]*([{]type[}][^{}]*)?$'::text)));

ALTER TABLE "private"."digested_notifications" ADD CONSTRAINT "digested_notifications_notification_id_fkey" FOREIGN KEY (notification_id) REFERENCES public.notifications(id) ON DELETE CASCADE;

ALTER TABLE "private"."email_suppressions" ADD CONSTRAINT "email_suppressions_times_check" CHECK (((times >= 1) AND (times <= 1000)));

ALTER TABLE "private"."email_suppressions" ADD CONSTRAINT "email_suppressions_until_check" CHECK (((until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (until <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "private"."jobs" ADD CONSTRAINT "jobs_check1" CHECK (((order_key IS NULL) = (place IS NULL)));

ALTER TABLE "private"."mail_messages" ADD CONSTRAINT "mail_messages_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."mail_events" ADD CONSTRAINT "mail_events_mail_id_fkey" FOREIGN KEY (mail_id) REFERENCES private.mail_messages(id) ON DELETE CASCADE;

ALTER TABLE "private"."mail_messages" ADD CONSTRAINT "mail_messages_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "private"."mail_settings" ADD CONSTRAINT "mail_settings_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."mail_settings" ADD CONSTRAINT "mail_settings_updated_by_fkey" FOREIGN KEY (updated_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."notification_destinations" ADD CONSTRAINT "notification_destinations_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."notification_destinations" ADD CONSTRAINT "notification_destinations_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "private"."notification_destinations" ADD CONSTRAINT "notification_destinations_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "private"."notification_digests" ADD CONSTRAINT "notification_digests_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "private"."publications" ADD CONSTRAINT "publications_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."publications" ADD CONSTRAINT "publications_content_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "private"."publications" ADD CONSTRAINT "publications_requested_by_fkey" FOREIGN KEY (requested_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."webhook_secrets" ADD CONSTRAINT "webhook_secrets_endpoint_id_brand_id_fkey" FOREIGN KEY (endpoint_id, brand_id) REFERENCES public.webhook_endpoints(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "private"."webhook_states" ADD CONSTRAINT "webhook_states_endpoint_id_brand_id_fkey" FOREIGN KEY (endpoint_id, brand_id) REFERENCES public.webhook_endpoints(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."channel_publications" ADD CONSTRAINT "channel_publications_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."channel_publications" ADD CONSTRAINT "channel_publications_content_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_updated_by_fkey" FOREIGN KEY (updated_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_actor_id_fkey" FOREIGN KEY (actor_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_bundle_count_check" CHECK (((bundle_count >= 1) AND (bundle_count <= 1000000)));

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_bundle_key_check" CHECK ((char_length(bundle_key) <= 100));

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_bundle_noun_check" CHECK ((char_length(bundle_noun) <= 50));

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_category_check" CHECK ((category = ANY (ARRAY['tasks'::text, 'content'::text, 'comments'::text, 'quota'::text, 'system'::text, 'security'::text, 'invitations'::text, 'marketing'::text])));

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_last_at_check" CHECK (((last_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (last_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."notifications" ADD CONSTRAINT "notifications_subject_check" CHECK ((char_length(subject) <= 256));

ALTER TABLE "public"."webhook_attempts" ADD CONSTRAINT "webhook_attempts_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_fkey" FOREIGN KEY (delivery_id) REFERENCES public.webhook_deliveries(id) ON DELETE CASCADE;

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_check1" CHECK (((status = 'pending'::text) OR (next_attempt_at IS NULL)));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_error_check" CHECK ((char_length(error) <= 300));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_event_type_check" CHECK ((event_type ~ '^[A-Z][A-Za-z]{1,99}$'::text));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_leased_by_check" CHECK ((char_length(leased_by) <= 100));

ALTER TABLE "public"."webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_once" UNIQUE (brand_id, endpoint_id, event_id);

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_check" CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL)));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_disabled_at_check" CHECK (((disabled_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (disabled_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_max_per_second_check" CHECK (((max_per_second >= 1) AND (max_per_second <= 500)));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_name_check" CHECK ((char_length(name) <= 100));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_url_check" CHECK (((char_length(url) <= 2000) AND (url ~ '^(https://[^\s@/?#]+|http://127\.0\.0\.1(:[0-9]{1,5})?)([/?][^\s#]*)?$'::text)));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_version_check" CHECK ((version >= 1));

CREATE INDEX content_watchers_brand_id_idx ON private.content_watchers USING btree (brand_id);

CREATE INDEX content_watchers_content_id_idx ON private.content_watchers USING btree (content_id, brand_id);

CREATE INDEX content_watchers_user_id_idx ON private.content_watchers USING btree (user_id);

CREATE INDEX digested_notifications_digest_id_idx ON private.digested_notifications USING btree (digest_id);

CREATE INDEX jobs_order_idx ON private.jobs USING btree (queue, order_key, place) WHERE (order_key IS NOT NULL);

CREATE INDEX mail_events_created_at_idx ON private.mail_events USING btree (created_at);

CREATE INDEX mail_events_mail_id_idx ON private.mail_events USING btree (mail_id);

CREATE INDEX mail_messages_brand_id_idx ON private.mail_messages USING btree (brand_id, id DESC);

CREATE INDEX mail_messages_created_at_idx ON private.mail_messages USING btree (created_at);

CREATE INDEX mail_messages_provider_idx ON private.mail_messages USING btree (provider, provider_message_id);

CREATE INDEX mail_messages_user_id_idx ON private.mail_messages USING btree (user_id);

CREATE INDEX mail_settings_updated_by_idx ON private.mail_settings USING btree (updated_by);

CREATE INDEX notification_destinations_brand_id_idx ON private.notification_destinations USING btree (brand_id);

CREATE INDEX notification_destinations_created_by_idx ON private.notification_destinations USING btree (created_by);

CREATE INDEX notification_destinations_user_id_idx ON private.notification_destinations USING btree (user_id);

CREATE INDEX notification_digests_next_at_idx ON private.notification_digests USING btree (next_at);

CREATE INDEX publication_channels_brand_id_idx ON private.publication_channels USING btree (brand_id) WHERE is_standing;

CREATE INDEX publication_channels_failed_idx ON private.publication_channels USING btree (channel_id, changed_at) WHERE (is_standing AND (state = 'failed'::text));

CREATE INDEX publication_channels_publication_idx ON private.publication_channels USING btree (publication_id, brand_id);

CREATE INDEX publication_channels_standing_idx ON private.publication_channels USING btree (content_id, channel_id) WHERE is_standing;

CREATE UNIQUE INDEX publications_live_idx ON private.publications USING btree (content_id) WHERE (status = ANY (ARRAY['running'::text, 'compensating'::text]));

CREATE INDEX publications_metadata_idx ON private.publications USING btree (content_id) WHERE (metadata IS NOT NULL);

CREATE INDEX publications_requested_by_idx ON private.publications USING btree (requested_by);

CREATE INDEX webhook_secrets_endpoint_idx ON private.webhook_secrets USING btree (endpoint_id, brand_id);

CREATE INDEX webhook_states_endpoint_idx ON private.webhook_states USING btree (endpoint_id, brand_id);

CREATE INDEX channel_publications_brand_id_idx ON public.channel_publications USING btree (brand_id);

CREATE INDEX channel_publications_channel_idx ON public.channel_publications USING btree (channel_id, brand_id);

CREATE INDEX channel_publications_content_idx ON public.channel_publications USING btree (content_id, brand_id);

CREATE INDEX channel_publications_published_idx ON public.channel_publications USING btree (channel_id) WHERE (status = 'published'::text);

CREATE INDEX channel_publications_standing_idx ON public.channel_publications USING btree (channel_id) WHERE is_standing;

CREATE INDEX channels_created_by_idx ON public.channels USING btree (created_by);

CREATE INDEX channels_updated_by_idx ON public.channels USING btree (updated_by);

CREATE INDEX domain_events_log_idx ON public.domain_events USING btree (brand_id, transaction_id, id) INCLUDE (aggregate_type, type);

CREATE INDEX domain_events_of_one_idx ON public.domain_events USING btree (brand_id, aggregate_id, transaction_id, id) INCLUDE (aggregate_type, type);

CREATE INDEX notifications_actor_id_idx ON public.notifications USING btree (actor_id);

CREATE UNIQUE INDEX notifications_bundle_idx ON public.notifications USING btree (user_id, bundle_key) WHERE ((bundle_key IS NOT NULL) AND (NOT is_read) AND (NOT is_archived));

CREATE INDEX notifications_ended_idx ON public.notifications USING btree (last_at) WHERE (is_read OR is_archived);

CREATE INDEX notifications_unread_idx ON public.notifications USING btree (user_id, brand_id) WHERE (is_in_app AND (NOT is_read) AND (NOT is_archived));

CREATE INDEX notifications_user_id_idx ON public.notifications USING btree (user_id, last_at DESC, id DESC);

CREATE INDEX webhook_attempts_delivery_idx ON public.webhook_attempts USING btree (delivery_id);

CREATE INDEX webhook_deliveries_due_idx ON public.webhook_deliveries USING btree (brand_id, endpoint_id, next_attempt_at) WHERE (next_attempt_at IS NOT NULL);

CREATE INDEX webhook_deliveries_order_idx ON public.webhook_deliveries USING btree (endpoint_id, aggregate_id, event_id) WHERE (is_ordered AND (status = 'pending'::text));

CREATE INDEX webhook_deliveries_status_idx ON public.webhook_deliveries USING btree (endpoint_id, status, event_id);

CREATE TRIGGER tell_of_own_security AFTER INSERT ON public.audit_log FOR EACH ROW WHEN (((new.resource_type = 'user'::text) AND (new.action = ANY (ARRAY['auth.password_change'::text, 'auth.password_reset'::text, 'auth.email_change'::text, 'auth.mfa_disabled'::text, 'auth.backup_codes_renewed'::text, 'auth.refresh_reused'::text])))) EXECUTE FUNCTION private.tell_of_own_security();

CREATE TRIGGER keep_brand BEFORE UPDATE ON public.channel_publications FOR EACH ROW EXECUTE FUNCTION private.keep_brand();

CREATE TRIGGER announce_change AFTER INSERT OR DELETE OR UPDATE OF name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at ON public.channels FOR EACH ROW EXECUTE FUNCTION private.announce_change('channel', 'ChannelCreated', 'ChannelUpdated', 'ChannelDeleted');

CREATE TRIGGER audit_change AFTER INSERT OR DELETE OR UPDATE OF name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at ON public.channels FOR EACH ROW EXECUTE FUNCTION private.audit_change('channel', 'credentials');

CREATE TRIGGER keep_brand BEFORE UPDATE ON public.channels FOR EACH ROW EXECUTE FUNCTION private.keep_brand();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE OF name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at ON public.channels FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER hold_in_publication BEFORE UPDATE ON public.contents FOR EACH ROW WHEN (((old.status)::text = ANY (ARRAY['approved'::text, 'scheduled'::text]))) EXECUTE FUNCTION private.hold_in_publication();

CREATE TRIGGER withdraw_unpublished AFTER UPDATE ON public.contents FOR EACH ROW WHEN (((((new.status)::text <> 'published'::text) AND ((old.status)::text = 'published'::text)) OR (((new.status)::text = 'archived'::text) AND ((old.status)::text <> 'archived'::text)) OR ((new.deleted_at IS NOT NULL) AND (old.deleted_at IS NULL)))) EXECUTE FUNCTION private.withdraw_unpublished();

CREATE TRIGGER keep_digest AFTER INSERT OR UPDATE ON public.notification_preferences FOR EACH ROW EXECUTE FUNCTION private.keep_digest();

CREATE TRIGGER broadcast_changed_notifications AFTER UPDATE ON public.notifications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION private.broadcast_notifications();

CREATE TRIGGER broadcast_new_notifications AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION private.broadcast_notifications();

CREATE TRIGGER announce_change AFTER INSERT OR DELETE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.announce_change('webhook', 'WebhookCreated', '-', 'WebhookRemoved');

CREATE TRIGGER announce_update AFTER UPDATE ON public.webhook_endpoints FOR EACH ROW WHEN (((new.disabled_at IS NULL) OR (NOT (new.disabled_at IS DISTINCT FROM old.disabled_at)))) EXECUTE FUNCTION private.announce_change('webhook', '-', 'WebhookChanged', '-');

CREATE TRIGGER audit_change AFTER INSERT OR DELETE OR UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.audit_change('webhook');

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE POLICY "Only our functions delete" ON "public"."channel_publications" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."channel_publications" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."channel_publications" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."channel_publications" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

CREATE POLICY "Publications to channels may be read by those who manage integr" ON "public"."channel_publications" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('integration.manage'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Channels may be read by those who manage integrations" ON "public"."channels" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('integration.manage'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Only our functions delete" ON "public"."channels" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."channels" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."channels" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."channels" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

CREATE POLICY "Events may be read by who may read what they are about" ON "public"."domain_events" FOR SELECT TO "authenticated" USING (
CASE
    WHEN (aggregate_type = ANY (ARRAY['brand_member'::text, 'invitation'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('member.manage'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = ANY (ARRAY['api_key'::text, 'webhook'::text, 'channel'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('integration.manage'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'workflow'::text) THEN ((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[])))
    WHEN (aggregate_type = ANY (ARRAY['workflow_definition'::text, 'delegation'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'ai_generation'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('ai.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'claim'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('claim.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'file'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('file.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = ANY (ARRAY['brand'::text, 'vetting_agency'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('brand.read'::text) AS brands_permitting)::uuid[]))
    ELSE (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))
END);

CREATE POLICY "Attempts may be read by those who manage integrations" ON "public"."webhook_attempts" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('integration.manage'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Only our functions delete" ON "public"."webhook_attempts" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."webhook_attempts" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."webhook_attempts" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."webhook_attempts" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

COMMENT ON COLUMN "private"."dead_jobs"."order_key" IS 'As in jobs, where a dead letter keeps no other waiting.';

COMMENT ON COLUMN "private"."dead_jobs"."place" IS 'As in jobs.';

COMMENT ON COLUMN "private"."delivery_settings"."names_models" IS 'Whether delivery names the models that wrote values.';

COMMENT ON COLUMN "private"."delivery_settings"."site_url" IS 'The page of the brand''s website that feeds belong to.';

COMMENT ON COLUMN "private"."delivery_settings"."url_pattern" IS 'The address of a content on the website of the brand, with {slug} and perhaps {type} in it.';

COMMENT ON COLUMN "private"."digested_notifications"."digest_id" IS 'The job of the digest that said it last.';

COMMENT ON COLUMN "private"."digested_notifications"."share" IS 'How many of the bundle that digest counted.';

COMMENT ON COLUMN "private"."digested_notifications"."told" IS 'How many of the bundle all digests have counted.';

COMMENT ON COLUMN "private"."email_suppressions"."times" IS 'How often the address was suppressed.';

COMMENT ON COLUMN "private"."email_suppressions"."until" IS 'Null: for good.';

COMMENT ON COLUMN "private"."jobs"."order_key" IS 'The aggregate of an event for a consumer in order. Of the jobs of a queue with one key, each waits for those before it.
Null for jobs that wait for none.';

COMMENT ON COLUMN "private"."jobs"."place" IS 'The place among the jobs with one order_key: a UUIDv7, of an event its id.';

COMMENT ON COLUMN "private"."mail_messages"."dedupe_key" IS 'Names the one reason for which the mail is sent, across brands and people. Null for mails that SQL queues.';

COMMENT ON COLUMN "private"."mail_messages"."id" IS 'That of the job: each attempt sends it to the provider.';

COMMENT ON COLUMN "private"."mail_messages"."status" IS 'The latest of what is known; a complaint outweighs an opened mail.';

COMMENT ON COLUMN "private"."mail_settings"."sender_name" IS 'The name in From, before “via MixerAI”.';

COMMENT ON COLUMN "private"."mail_settings"."tracks" IS 'Whether providers may report who opens a mail and follows its links.';

COMMENT ON COLUMN "private"."notification_destinations"."categories" IS 'Empty: all categories.';

COMMENT ON COLUMN "private"."notification_destinations"."failures" IS 'How often it failed since it last took a message.';

COMMENT ON COLUMN "private"."notification_destinations"."resting_until" IS 'Until then it gets nothing, so that a receiver that fails or is slow keeps no other waiting.';

COMMENT ON COLUMN "private"."notification_destinations"."url" IS 'Encrypted by the application: whoever knows the URL of a chat can write to it.';

COMMENT ON COLUMN "private"."notification_digests"."began_at" IS 'What happened before was mailed at once.';

COMMENT ON COLUMN "private"."notification_digests"."ends_at" IS 'When its person chose to be told at once again: one more digest says what waited.';

COMMENT ON COLUMN "private"."outbox_consumers"."is_behind" IS 'Whether more events may follow just now. An aggregate''s next event may then be queued before an earlier one, which
committed first under a later transaction id: no job of a queue in order is claimed until the log was looked at in
whole.';

COMMENT ON COLUMN "private"."publication_channels"."attempts" IS 'Those that began since the state is what it is.';

COMMENT ON COLUMN "private"."publication_channels"."channel_id" IS 'Without a reference: what was published stays on record, whatever becomes of the channel.';

COMMENT ON COLUMN "private"."publication_channels"."is_standing" IS 'Whether what this publication put on the channel may be there: from its first attempt until a withdrawal succeeds.';

COMMENT ON COLUMN "private"."publication_channels"."lease_number" IS 'Counts attempts of either kind. The outcome of an attempt that another one has followed is not recorded.';

COMMENT ON COLUMN "private"."publication_channels"."state" IS 'pending: to be published; withdrawing: to be taken back; skipped: nothing was done there.';

COMMENT ON COLUMN "private"."publications"."attempts" IS 'How often the present step has failed.';

COMMENT ON COLUMN "private"."publications"."content_version" IS 'The version that the channels get.';

COMMENT ON COLUMN "private"."publications"."deadline_at" IS 'When the present step fails for good.';

COMMENT ON COLUMN "private"."publications"."direction" IS 'unpublish: the content is no longer published, and is taken back from the channels that have it.';

COMMENT ON COLUMN "private"."publications"."due_at" IS 'When a worker may take it next. A worker that takes it moves this to the end of its lease.';

COMMENT ON COLUMN "private"."publications"."error" IS 'Why it failed, or why the last attempt of the step did.';

COMMENT ON COLUMN "private"."publications"."is_validated" IS 'Whether each channel has been asked whether it can take the content, before any of them gets it.';

COMMENT ON COLUMN "private"."publications"."metadata" IS 'Values for search engines that nobody wrote in the content, made from its title and text while it is published or on
its way. They are no part of the content: what people approved and checked stays as it is.';

COMMENT ON COLUMN "private"."publications"."requested_by" IS 'Null: the schedule.';

COMMENT ON COLUMN "private"."publications"."status" IS 'compensating: it failed or was cancelled, and what it did is undone; it then becomes what ends_as says.';

COMMENT ON COLUMN "private"."publications"."steps" IS 'The steps that ended: [{step, started_at, finished_at, attempts, error}], the last 50 at most.';

COMMENT ON COLUMN "private"."webhook_states"."failing_since" IS 'Since when every attempt failed; counted anew where two days went by without one.';

COMMENT ON COLUMN "private"."webhook_states"."failures" IS 'Attempts that failed since the last that did not.';

COMMENT ON COLUMN "private"."webhook_states"."free_at" IS 'When the deliveries that were claimed so far have used up its rate.';

COMMENT ON COLUMN "private"."webhook_states"."paused_until" IS 'Until when it is left alone because it failed. The next success ends this.';

COMMENT ON COLUMN "private"."webhook_states"."retry_until" IS 'Until when it asked to be left alone. No other answer of it ends this sooner.';

COMMENT ON COLUMN "public"."channel_publications"."answer" IS 'What the target said to the attempt that failed last. Error is without its words.';

COMMENT ON COLUMN "public"."channel_publications"."attempts" IS 'How many attempts were begun since the last success.';

COMMENT ON COLUMN "public"."channel_publications"."channel_version" IS 'The version of the channel that it was published by.';

COMMENT ON COLUMN "public"."channel_publications"."is_standing" IS 'Whether the target may have the content: an attempt was begun, and no withdrawal has succeeded since.';

COMMENT ON COLUMN "public"."channel_publications"."is_withdrawing" IS 'Whether the last attempt was one to unpublish.';

COMMENT ON COLUMN "public"."channel_publications"."memory" IS 'What the adapter noted before it changed the target, to undo or to repeat the change.';

COMMENT ON COLUMN "public"."channel_publications"."remote_id" IS 'The id of it at the target; kept when it was unpublished.';

COMMENT ON COLUMN "public"."channel_publications"."round" IS 'Counts the attempts that succeeded and the changes of direction. Part of the ids of messages.';

COMMENT ON COLUMN "public"."channel_publications"."status" IS 'pending: an attempt has not ended; failed: the last one failed, and the target may have an older version.';

COMMENT ON COLUMN "public"."channel_publications"."target" IS 'The target of the last attempt to publish (private.channel_target). The id, the link and the notes are of this one.';

COMMENT ON COLUMN "public"."channel_publications"."version" IS 'The version of the content that was published last.';

COMMENT ON COLUMN "public"."channels"."checked_at" IS 'When the connection was checked last.';

COMMENT ON COLUMN "public"."channels"."content_types" IS 'The types of content that it takes; empty: all.';

COMMENT ON COLUMN "public"."channels"."credentials" IS 'What the target asks for, as JSON. Encrypted by the application, and never read by a user.';

COMMENT ON COLUMN "public"."channels"."field_mapping" IS '{"target field": "our field"}; empty: the usual fields of the kind.';

COMMENT ON COLUMN "public"."channels"."is_required" IS 'Whether a publication fails as a whole where this channel fails.';

COMMENT ON COLUMN "public"."notification_preferences"."channels" IS 'Choices that differ from the defaults, by category and channel: {"comments": {"email": false}}.';

COMMENT ON COLUMN "public"."notification_preferences"."muted_brands" IS 'Brands of which the person wants to hear nothing, perhaps until a time.';

COMMENT ON COLUMN "public"."notifications"."actor_id" IS 'The person who did it. Texts hold no names, so that an erased person is named nowhere.';

COMMENT ON COLUMN "public"."notifications"."bundle_key" IS 'Unread notifications of a person with the same key are one row, which counts them: 5 comments on a content.';

COMMENT ON COLUMN "public"."notifications"."is_in_app" IS 'False: its person does not want it in the app, only in digests or elsewhere. It is neither listed nor counted.';

COMMENT ON COLUMN "public"."notifications"."is_mailed" IS 'Whether its person wants it by mail: at once or in a digest.';

COMMENT ON COLUMN "public"."notifications"."is_pushed" IS 'Whether it goes to mail and chats at once, besides digests.';

COMMENT ON COLUMN "public"."notifications"."is_urgent" IS 'Whether it passes quiet hours.';

COMMENT ON COLUMN "public"."notifications"."last_at" IS 'When the latest of those that it bundles happened.';

COMMENT ON COLUMN "public"."webhook_attempts"."answer" IS 'The beginning of the answer, without what looks like a secret.';

COMMENT ON COLUMN "public"."webhook_deliveries"."next_attempt_at" IS 'When it may be claimed: while it is leased, the end of the lease. Null where it is done, and where an earlier delivery
of the same aggregate has to be done first.';

COMMENT ON COLUMN "public"."webhook_endpoints"."disabled_at" IS 'When the platform switched it off; null where people did.';

COMMENT ON COLUMN "public"."webhook_endpoints"."is_ordered" IS 'Whether the events of one aggregate are sent one after another, each when the one before was taken or given up.';

COMMENT ON COLUMN "public"."webhook_endpoints"."statuses" IS 'Only events of contents with these statuses; empty: all events.';

COMMENT ON COLUMN "public"."webhook_endpoints"."template_ids" IS 'Only events of contents of these templates; empty: all events.';

COMMENT ON FUNCTION "private"."action_label"(text) IS 'Returns the label of the link of a notification.';

COMMENT ON FUNCTION "private"."add_publication_channels"(private.publications, uuid) IS 'Adds the channels of a publication: those that take the content, and those that have it and no longer take it.';

COMMENT ON FUNCTION "private"."admins_of"(uuid) IS 'Returns the admins of a brand whose membership has not expired.';

COMMENT ON FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb) IS 'Sends people a notification of the event security_alert. Returns to how many.';

COMMENT ON FUNCTION "private"."announce_publication"(private.publications, text) IS 'Appends an event of a publication, with what became of it on each channel.';

COMMENT ON FUNCTION "private"."announce_work"(boolean) IS 'Has the data API say in its answer that this transaction committed events or jobs, so that our function wakes those who
take them (lib/core/http/wake.py). is_urgent: false takes that back, for work that may wait for the
schedule. Returns the setting, so that callers need no statement of their own.';

COMMENT ON FUNCTION "private"."are_channel_choices"(jsonb) IS 'Whether JSON has choices by category and channel, all of them true or false.';

COMMENT ON FUNCTION "private"."are_channel_fields"(jsonb) IS 'Whether this maps at most 50 fields of a target to ours, {"target": "source"}, with at most 100 characters each.';

COMMENT ON FUNCTION "private"."are_channel_settings"(text, jsonb) IS 'Whether these are the settings of a channel of this kind, as lib/publishing/channels/settings.py describes them.';

COMMENT ON FUNCTION "private"."are_webhooks_pending"() IS 'Whether a delivery may be sent within the next ten seconds. What is due later is left to the schedule.';

COMMENT ON FUNCTION "private"."attempt_succeeded"(private.publication_channels, text) IS 'Records what an attempt on a channel did.';

COMMENT ON FUNCTION "private"."attempts_of"(private.publications, public.contents) IS 'Leases the attempts of a publication that are due: see advance_publication.';

COMMENT ON FUNCTION "private"."await_recheck"(private.publications, public.contents) IS 'Has a content checked against claims that have changed since its publication began, and waits for that.';

COMMENT ON FUNCTION "private"."awaits_recheck"(private.publications, public.contents) IS 'Tells whether a publication waits, for up to 10 minutes, for a check against claims that have changed meanwhile.';

COMMENT ON FUNCTION "private"."begin_digests"(uuid[]) IS 'Sets when the first digest is due of those among these people who chose digests before there were any.';

COMMENT ON FUNCTION "private"."begin_publication"(public.contents) IS 'Begins a publication of a content, which takes over from one that is under way, and returns it.';

COMMENT ON FUNCTION "private"."brand_notices"(uuid[]) IS 'Returns whom events of a brand are told to: its admins, of new members without the new one, and of quotas whoever used
them up.';

COMMENT ON FUNCTION "private"."broadcast_notifications"() IS 'Sends new notifications to the topics of their people, and those who have changed ones how many are unread: at most 500
messages a statement, shared between its brands. The others see it when they next ask.';

COMMENT ON FUNCTION "private"."bundled"(integer, text, text, text) IS 'Returns the title of several notifications in one, or of a single one.';

COMMENT ON FUNCTION "private"."channel_answer"(public.channels) IS 'Returns a channel as the API shows it, without its credentials.';

COMMENT ON FUNCTION "private"."channel_document"(public.contents) IS 'Returns what a channel may send of a content: what websites may read (private.delivery_document), its brand and its
language. Of one that is not published yet, now as the time.';

COMMENT ON FUNCTION "private"."channel_target"(text, jsonb) IS 'Returns what tells the target of a channel from others: the ids of objects are known at one target only.';

COMMENT ON FUNCTION "private"."channel_targets"(uuid) IS 'Returns the active channels outside of the platform that take a content.';

COMMENT ON FUNCTION "private"."channels_to_validate"(private.publications) IS 'Returns the channels of a publication that are asked whether they can take its content, before any of them gets it.';

COMMENT ON FUNCTION "private"."comment_notices"(uuid[]) IS 'Returns whom comments are told to: those mentioned, else those of the thread, else watchers. Bundled by content.';

COMMENT ON FUNCTION "private"."complete_publication"(private.publications, public.contents) IS 'The last step of a publication: publishes the content, which its channels have by now, and tells of it.';

COMMENT ON FUNCTION "private"."content_at_version"(uuid, integer) IS 'Returns a content as it was in one of its versions; a row without an id where there is no such content or version.';

COMMENT ON FUNCTION "private"."decision_notices"(uuid[]) IS 'Returns whom decisions are told to: the creator and watchers, and of rejections former assignees too.';

COMMENT ON FUNCTION "private"."delivered_provenance"(public.contents, public.templates, boolean) IS 'Returns what models wrote of what a website reads: {fields: [{name, is_edited, written_at, model}],
is_wholly_generated, is_reviewed}; null for nothing. Without people and generations; model with names_models only.';

COMMENT ON FUNCTION "private"."delivering_document"(public.brands, private.delivery_settings) IS 'Returns what a website may read of a brand: {id, name, slug, language, logo, site_url, url_pattern}.';

COMMENT ON FUNCTION "private"."delivery_channel"(uuid) IS 'Returns our own API and edge as a channel of a brand. It has the id of the brand, and is set up by set_delivery.';

COMMENT ON FUNCTION "private"."delivery_document"(public.contents, boolean, boolean) IS 'Returns what a website may read of a published content, its body and fields only with has_texts: no people, no brief.';

COMMENT ON FUNCTION "private"."delivery_settings_document"(uuid) IS 'Returns how a brand delivers: {mode, site_url, url_pattern, names_models}. Without the key.';

COMMENT ON FUNCTION "private"."describe_mail_settings"(uuid) IS 'Describes how mails of a brand are addressed; version 0 before the first change.';

COMMENT ON FUNCTION "private"."destination_document"(private.notification_destinations) IS 'Returns a destination as answers have it: without its URL.';

COMMENT ON FUNCTION "private"."digest_document"(uuid, uuid) IS 'Returns what a digest says. As take_digest.';

COMMENT ON FUNCTION "private"."disable_webhook"(uuid, text) IS 'Switches a webhook off for the platform, and announces it.';

COMMENT ON FUNCTION "private"."do_step"(private.publications, public.contents) IS 'Does the present step of a publication, for steps on channels what follows once all of them have ended. Returns the
publication at its next step.';

COMMENT ON FUNCTION "private"."end_publication"(private.publications, text) IS 'Ends a publication.';

COMMENT ON FUNCTION "private"."end_superseded"(uuid, text) IS 'Ends the live publication of a content, which another one takes over from, and returns it as it was.';

COMMENT ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) IS 'Adds a job in the transaction of the caller and returns its id. Adds none and returns null if the queue has a job with
the same dedupe_key. order_key: see jobs; all jobs of one key have one priority, and their transactions take turns.';

COMMENT ON FUNCTION "private"."enter_step"(private.publications, text) IS 'Ends the present step of a publication and begins another one.';

COMMENT ON FUNCTION "private"."event_permission"(text) IS 'Returns the permission that reading events of a type of aggregate requires. The policy of domain_events has the same
list, and for those of runs content.read besides: they hold the comments of reviewers.';

COMMENT ON FUNCTION "private"."find_removed_webhooks"() IS 'Returns the endpoints that were deleted and whose deliveries are still there.';

COMMENT ON FUNCTION "private"."first_sentences"(text, integer) IS 'Returns the first sentences of a text on one line, so many characters at most; null where not one of them fits.';

COMMENT ON FUNCTION "private"."go_on"(private.publications, text) IS 'Has a publication that ended go on at a step, on its channels that failed.';

COMMENT ON FUNCTION "private"."has_muted"(public.notification_preferences, uuid) IS 'Whether a person has muted a brand, for now or for good.';

COMMENT ON FUNCTION "private"."hold_in_publication"() IS 'Keeps a content as it was approved while its channels get it: an edit, a deletion or another status is refused.';

COMMENT ON FUNCTION "private"."is_left_undone"(private.publications, public.contents) IS 'Tells whether a publication that failed or was cancelled left a content on channels that could not take it back.';

COMMENT ON FUNCTION "private"."is_missing_on_channels"(public.contents) IS 'Tells whether a published content is to be sent to channels: those that are new, or were changed since they got it.';

COMMENT ON FUNCTION "private"."is_news"(public.notifications, public.notification_preferences) IS 'Whether a notification still tells its person something, as it is now: unread, of a brand that they may read and have
not muted since, of a task that nobody has decided.';

COMMENT ON FUNCTION "private"."is_reviewed"(public.contents) IS 'Whether a person approved the present text of a content, in a step of its workflow or where it has none.';

COMMENT ON FUNCTION "private"."keep_digest"() IS 'Sets when the next digest of a person is due, once they ask for digests or for others. Nothing is lost between: who
asks to be told at once gets one more.';

COMMENT ON FUNCTION "private"."known_publication"(public.channel_publications, text) IS 'Returns what an attempt to publish to a target starts from: nothing that is known of another target.';

COMMENT ON FUNCTION "private"."known_zone"(text) IS 'Returns a time zone, or UTC for a name that is none.';

COMMENT ON FUNCTION "private"."last_publication"(uuid) IS 'Returns the publication of a content that is live, or its last one.';

COMMENT ON FUNCTION "private"."last_steps"(jsonb) IS 'Returns the last 50 of the steps of a publication.';

COMMENT ON FUNCTION "private"."lock_publication"(public.contents) IS 'Locks the present or last publication of a content and returns it, to those who may publish it. Null of a content that
was published before publications were kept.';

COMMENT ON FUNCTION "private"."lock_webhook_order"() IS 'Has transactions that add or end deliveries of ordered endpoints come one after another.';

COMMENT ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) IS 'Returns the next events of a brand behind a place in the log, in the order in which nothing can be missed: that of
transactions. is_wanted: whether the caller may read it, and it is of the wanted types. most: how many it looks at.';

COMMENT ON FUNCTION "private"."made_metadata"(public.contents) IS 'Returns the title and description for search engines that nobody wrote in a content, made from its title and text:
always the same of the same content. They are whole titles and whole sentences. Null where there are none, or people wrote
both.';

COMMENT ON FUNCTION "private"."mark_own"(jsonb, jsonb) IS 'Marks notifications of the caller. As mark_notifications.';

COMMENT ON FUNCTION "private"."next_attempts"(private.publications) IS 'Leases the attempts of a publication that are due to the caller, and returns them. The publication is due again when
the first of its attempts is.';

COMMENT ON FUNCTION "private"."next_digest_at"(text, text, timestamp with time zone) IS 'Returns when the next digest is due after a moment: at the next full hour, at 8:00 of the next day, or at 8:00 of the
next Monday, by clocks in the time zone; null for instant.';

COMMENT ON FUNCTION "private"."next_in_order"(text, uuid[], integer) IS 'Chooses the next jobs of a queue that has jobs with an order_key: one of each brand, then the next one of each, and of
each key in order. Returns their ids, and their attempts so far.';

COMMENT ON FUNCTION "private"."note_webhook_health"(jsonb) IS 'Counts failures of receivers and pauses those that fail. Switches off those that answered 410, and those that failed at
least eight times within five days, with no success and no two days without an attempt.';

COMMENT ON FUNCTION "private"."notify"(uuid[], uuid, text, text, text, text, text, text, jsonb, text, uuid) IS 'Notifies people of what is no event of the log. brand: null where it belongs to none; else members who lack the
permission are not told. besides: the person who did it.';

COMMENT ON FUNCTION "private"."opening_words"(text) IS 'Returns the beginning of HTML as plain text.';

COMMENT ON FUNCTION "private"."own_destination"(uuid) IS 'Returns a destination of the caller, or of a brand in which they have integration.manage. Else 404; 403 to members.';

COMMENT ON FUNCTION "private"."own_webhook"(uuid) IS 'Returns a webhook to callers who manage integrations of its brand; raises 404 or 403 for others.';

COMMENT ON FUNCTION "private"."place_in_log"(uuid, uuid) IS 'Returns the transaction of an event of a brand, which with its id is its place in the log; zero for the beginning. For
functions that have checked that the caller is of the brand. Refuses an event of another brand like one that never was,
and one that the list cannot have given yet.';

COMMENT ON FUNCTION "private"."promote_webhook_heads"(uuid[], uuid[]) IS 'Makes the first delivery that waits for each of these endpoints and aggregates due.';

COMMENT ON FUNCTION "private"."publication_actions"(private.publications) IS 'Returns what those who may publish can do with the last publication of a content.';

COMMENT ON FUNCTION "private"."publication_answer"(private.publications) IS 'Returns a publication with the name of whoever asked for it, and what the caller may do with it.';

COMMENT ON FUNCTION "private"."publication_before_records"(public.contents) IS 'Returns the publication of a content that was published before publications were kept, with the id of the content; null
of one that is not published.';

COMMENT ON FUNCTION "private"."publication_brief"(uuid) IS 'Returns what the answer to a command says of a publication.';

COMMENT ON FUNCTION "private"."publication_delay"(text, boolean, integer, double precision) IS 'Returns how long a step waits after so many attempts, ±25 %; longer where the other side asked for it, up to an hour.';

COMMENT ON FUNCTION "private"."publication_document"(private.publications) IS 'Returns a publication as the API answers it.';

COMMENT ON FUNCTION "private"."publication_notices"(uuid[]) IS 'Returns whom changes and publications are told to: the creator and watchers, of failures the admins too. Edits are
bundled, and neither mailed at once nor sent to chats.';

COMMENT ON FUNCTION "private"."publication_policy"(text, boolean) IS 'Returns how often a step of a publication is tried, after how many seconds, and when it fails for good. Those on
channels are tried for each channel by itself.';

COMMENT ON FUNCTION "private"."publication_refusal"(public.contents) IS 'Says why a content that is being published may not be, its claims aside; null if it may.';

COMMENT ON FUNCTION "private"."publish"(public.contents) IS 'Publishes a content that may be published: at once where no channel outside of the platform takes it, and otherwise by
a publication that workers carry out. Returns the id of that, or null.';

COMMENT ON FUNCTION "private"."publish_due_content"(uuid) IS 'Publishes a content that is due, or takes it off the schedule where it may not be published. Returns the outcome, which
is `started` where channels get it first; null if it is not due, if another scheduler has it, or if it waits, for up to
10 minutes, for a check against claims that have changed.';

COMMENT ON FUNCTION "private"."push_notifications"(uuid[]) IS 'Queues the mails and the messages to chats of new notifications: for the end of quiet hours where these are, except of
urgent and security notices. Whoever gets digests gets no mail of each.';

COMMENT ON FUNCTION "private"."push_to_brands"(private.notice[]) IS 'Queues one message about each source for each chat of its brand that wants the category.';

COMMENT ON FUNCTION "private"."quiet_until"(time without time zone, time without time zone, text, timestamp with time zone) IS 'Returns when the quiet hours end in which a moment lies; null outside of them. Hours are those of clocks in the time
zone. Where these go forward past the end, it is the hour after; where they go back, the later one.';

COMMENT ON FUNCTION "private"."reached"(private.notice[]) IS 'Returns the notices that reach somebody: of several about one source the first by rank; for active people who may read
it in the brand as it is now, who did not do it themselves, and who have not muted it everywhere.';

COMMENT ON FUNCTION "private"."refuse_live"(public.contents) IS 'Refuses with 409 while a publication of the content is under way.';

COMMENT ON FUNCTION "private"."refuse_publication"(private.publications, text) IS 'Refuses with 409 what the status of a publication does not allow.';

COMMENT ON FUNCTION "private"."repeat_webhook_deliveries"(uuid[]) IS 'Has deliveries that are done sent once more, with all their attempts. Returns how many.';

COMMENT ON FUNCTION "private"."require_channel"(uuid) IS 'Returns a channel to those who manage the integrations of its brand: 403 for its other members, 404 for strangers.';

COMMENT ON FUNCTION "private"."require_own_session"() IS 'Refuses with 401 API keys, and sessions that have ended or have not passed the second factor.';

COMMENT ON FUNCTION "private"."require_target"(public.channels, jsonb, boolean) IS 'Refuses settings with another address without new credentials, and another target while contents may be at the present
one, from which they could not be withdrawn any more.';

COMMENT ON FUNCTION "private"."retry_ended"(private.publications, public.contents) IS 'Goes on with a publication that ended with channels that failed, or begins another one: for a content that failed to be
published, or that is published and not on all of its channels.';

COMMENT ON FUNCTION "private"."review_notices"(uuid[]) IS 'Returns whom reviews of claims are told to: the person who asked, or else the creator of the content.';

COMMENT ON FUNCTION "private"."revive_job"(uuid) IS 'Moves a dead job back to its queue, with all its attempts and in its place. Returns whether there was one.';

COMMENT ON FUNCTION "private"."settle_channels"(private.publications) IS 'Fails the channels whose time in the present step is over.';

COMMENT ON FUNCTION "private"."shown_metadata"(public.contents) IS 'Returns the metadata of a content as websites and channels get it: what people wrote, and what was made where they
wrote nothing.';

COMMENT ON FUNCTION "private"."source_of_mentions"(uuid) IS 'Returns the id of which people are told who are mentioned in a comment.';

COMMENT ON FUNCTION "private"."step_failed"(private.publications, text, text) IS 'Records that a step within the database failed: it is tried again, and a refusal or its last attempt undoes the
publication.';

COMMENT ON FUNCTION "private"."task_notices"(uuid[]) IS 'Returns whom events of tasks are told to: assignees, former ones, and admins of late reviews.';

COMMENT ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) IS 'Notifies those who may decide on evidence of a claim, without those who added or changed it.';

COMMENT ON FUNCTION "private"."tell_of_destination"(private.notification_destinations, text, text) IS 'Tells the other admins of a brand that its notifications go somewhere else, or no more.';

COMMENT ON FUNCTION "private"."tell_of_own_security"() IS 'Tells a person of a change of their own account, which cannot be muted.';

COMMENT ON FUNCTION "private"."turn_off_mail"(uuid, text) IS 'Turns off the mails of a category for a person, or all of them if it is null. Those about security and invitations are
always sent (400).';

COMMENT ON FUNCTION "private"."undo_publication"(private.publications, text, text) IS 'Begins to undo what a publication did: it failed for this reason, or was cancelled.';

COMMENT ON FUNCTION "private"."unread_count"(uuid) IS 'Returns how many notifications a person has not read, at most 1,000.';

COMMENT ON FUNCTION "private"."wants"(public.notification_preferences, text, text, uuid) IS 'Whether a person wants a category of notifications on a channel: by default all but marketing. Security and invitations
cannot be muted. preferences: null for somebody who never chose.';

COMMENT ON FUNCTION "private"."watchers_of"(uuid) IS 'Returns who watches a content: its creator, those who commented on it, and those who asked to; without those who asked
not to.';

COMMENT ON FUNCTION "private"."webhook_body"(public.webhook_deliveries) IS 'Returns the body of a delivery as JSON: the same in every attempt. Null where the log has the event no more.';

COMMENT ON FUNCTION "private"."webhook_delivery_document"(public.webhook_deliveries) IS 'Describes a delivery.';

COMMENT ON FUNCTION "private"."webhook_document"(public.webhook_endpoints) IS 'Describes a webhook, without its secrets.';

COMMENT ON FUNCTION "private"."webhook_retry_delay"(integer) IS 'Returns how long after a failed attempt the next one comes: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. Null after the
eighth.';

COMMENT ON FUNCTION "private"."webhook_takes"(public.webhook_endpoints, uuid) IS 'Whether an event passes the filters by template and status: it is about a content of one of the templates, which has
one of the statuses. The status is the one that the event names, else the present one: that at the time of the call.';

COMMENT ON FUNCTION "private"."withdraw_content"(uuid, uuid, integer) IS 'Has a content taken back from all channels that have it. Returns the id of the publication that does it; null where no
channel has it.';

COMMENT ON FUNCTION "private"."withdraw_unpublished"() IS 'Takes a content back from the channels that have it, or may have it, once it is no longer published, archived or in the
bin.';

COMMENT ON FUNCTION "private"."write_notices"(private.notice[]) IS 'Writes notifications, and queues mails and messages to chats: the only writer of notifications. Each source tells each
person once. Unread notifications of a bundle become one. Returns how many people were told.';

COMMENT ON FUNCTION "public"."add_destination"(jsonb) IS 'Adds a destination of the caller, or of a brand, which requires integration.manage; at most ten of each (409).
destination: {id, brand_id, kind, name, categories, url, secret, host}; URL and secret are encrypted.';

COMMENT ON FUNCTION "public"."add_webhook_deliveries"(integer) IS 'For the service: looks at the next events of the log in the order of commits, skips none, and adds a delivery for each
active webhook whose filters they pass. batch: 1 to 20000 events. Returns how many it looked at and added, and
whether anything is to be sent within seconds.';

COMMENT ON FUNCTION "public"."advance_publication"(uuid) IS 'For the service: does the steps of a publication that are due, and leases its attempts on channels to the caller:
{attempts: [{channel_id, content_id, version, is_publication, lease_number}], to_validate: [{channel_id, content_id,
version}]}. With the latter, record_validation comes first. Calling it again at any time does no harm.';

COMMENT ON FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) IS 'For the service: notes an attempt to publish a version, or, without one, to unpublish, and returns what it needs:
{is_done, channel with its ciphertext, publication, was_standing, document}. is_done: this version is published there by the channel as
it is. Returns null where there is nothing to unpublish.';

COMMENT ON FUNCTION "public"."begin_mail"(jsonb) IS 'For the service, before each attempt to send a mail {id, brandId, userId, to, template, category, emailIndexes}: notes
the mail and returns {is_sent, suppression, is_unwanted, waited, brand, language}: whether a provider has taken it
before, why its address gets none, whether its person has turned its category off, for how many seconds it has waited,
and how it is addressed.';

COMMENT ON FUNCTION "public"."cancel_publication"(uuid) IS 'Cancels the publication of a content that is under way: what it did is undone. One that ended while channels may still
have the content is undone once more. Requires content.publish.';

COMMENT ON FUNCTION "public"."change_destination"(uuid, jsonb) IS 'Changes a destination: {name, categories, is_enabled}. As add_destination.';

COMMENT ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) IS 'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them: one of each brand, then the next one of
each, so that no brand waits for another. A job is leased to one worker at a time. Jobs with one order_key go to one
worker, in order, and wait for an earlier one that is begun or tried again. attempts: those before. No attempt is
counted yet (see begin_jobs), but with `begins` the first one of each job that had none: for a worker that does all of
those by one call, at once.';

COMMENT ON FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) IS 'For the service: leases up to a batch of publications that are due to a worker, one of each brand, then the next of
each, and of one brand no more than so many. Those of busy brands wait. After the lease, others may take them.';

COMMENT ON FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) IS 'For the service: leases up to a batch (at most 1000) of due deliveries to a worker: one of each brand, then the next of
each, within the rate of each endpoint, and one at a time to receivers that fail. Leaves out endpoints and brands to
which the worker sends enough already. Returns {deliveries: [[id, endpoint, brand, event]], endpoints: {id: {url,
isSuspect, secrets: [[id, ciphertext]]}}, bodies: {event: text}}, each body once.';

COMMENT ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) IS 'Creates a channel of a brand with its encrypted credentials. Requires integration.manage.';

COMMENT ON FUNCTION "public"."create_webhook"(jsonb) IS 'Creates a webhook with its encrypted secret. Requires integration.manage and a plan with the API; at most 50 in a
brand.';

COMMENT ON FUNCTION "public"."delete_channel"(uuid, boolean) IS 'Deletes a channel. Refused while contents are published there, unless they shall stay at the target as they are.';

COMMENT ON FUNCTION "public"."delete_webhook"(uuid) IS 'Deletes a webhook: nothing more is sent. The scheduler deletes its deliveries and attempts in batches.';

COMMENT ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) IS 'Lists the addresses of the published contents of a brand: {brand, is_private, pages, items}. Without a page, all of
them where one page holds them, else none and the number of pages. Refuses a page that has none with 404.';

COMMENT ON FUNCTION "public"."disable_destination"(uuid, text) IS 'For the service: switches a destination off, and tells its person or the admins of its brand. False if it was off.';

COMMENT ON FUNCTION "public"."end_channel_publication"(uuid, jsonb) IS 'For the service: notes how an attempt ended, {status: published | unpublished | failed, version,
channel_version, remote_id, url, error, answer, is_standing}. is_standing, of a
failure: whether the target may have the content.';

COMMENT ON FUNCTION "public"."end_mail"(uuid, text, text, text) IS 'For the service: records that a mail was sent, by which provider and under which id there, or that it was suppressed or
failed for good.';

COMMENT ON FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) IS 'For the service: adds a job; see private.enqueue_job.';

COMMENT ON FUNCTION "public"."find_end_of_log"(uuid) IS 'Returns the last event of a brand that list_events may list now, to begin behind it. Null for an empty log.';

COMMENT ON FUNCTION "public"."find_news"(uuid[]) IS 'For the service: which of these notifications still tell their people something, and the kinds of chats where these
want them: [{id, channels}].';

COMMENT ON FUNCTION "public"."find_waiting_work"(jsonb, text[]) IS 'For the service: which of these consumers, {name: [types]}, and queues may have something to do: jobs, or events of
their types among the next 1000 of the log, or more events than that.';

COMMENT ON FUNCTION "public"."forget_old_mail"(integer) IS 'For the scheduler: removes what is known of mails, and events of providers, after 90 days, up to a batch of each.
Suppressions stay. Returns how many it removed.';

COMMENT ON FUNCTION "public"."forget_webhook_deliveries"(integer) IS 'For the scheduler: deletes attempts of more than 30 days ago, deliveries that were made then and are not due or wait
for a webhook that is off, the deliveries of webhooks that were deleted, and secrets that have expired. At most a batch of
each (1 to 20000). Returns how many of each, and has_more: whether another call would find more.';

COMMENT ON FUNCTION "public"."get_channel"(uuid) IS 'Returns a channel without its credentials; by the id of a brand, its own delivery. Requires integration.manage.';

COMMENT ON FUNCTION "public"."get_publication"(uuid) IS 'Returns the present or last publication of a content, with its state on each channel.';

COMMENT ON FUNCTION "public"."get_webhook"(uuid) IS 'Returns a webhook, for callers with integration.manage in its brand.';

COMMENT ON FUNCTION "public"."keep_channel_memory"(uuid, jsonb) IS 'For the service: keeps what an adapter notes before it changes the target.';

COMMENT ON FUNCTION "public"."list_channel_targets"(uuid) IS 'For the service: lists the channels that take a content, [{channel_id, kind, is_required}].';

COMMENT ON FUNCTION "public"."list_channels"(uuid, integer, integer) IS 'Lists the channels of a brand, its own delivery first and the others by name: {items, total}. Requires
integration.manage.';

COMMENT ON FUNCTION "public"."list_destinations"(uuid) IS 'Lists the destinations of the caller, or of a brand, which requires integration.manage: {items, total}, without URLs.';

COMMENT ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) IS 'Lists the events of a brand that the caller may read behind an event of the log, in an order in which nothing can be
missed: {items, last_id, has_more}. last_id: the last event that was looked at, behind which the next call begins; null
for an empty log. Looks at 5000 events at most, also at those that the caller may not read. An event is listed once no
older transaction is open. page_size: at most 200.';

COMMENT ON FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) IS 'Lists the notifications of the caller, the latest first, behind the one at the cursor: {items, total: null}, at most
101. filters: {id, is_read, is_archived, brand_id, category}.';

COMMENT ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) IS 'Lists the publications of the contents that the caller may read, newest first: {items, people}. before_id: the last one
of the page before.';

COMMENT ON FUNCTION "public"."list_watchers"(uuid, integer, integer) IS 'Lists who watches a content and is a member of its brand: {items: [{id, name}], total}. Requires content.read.';

COMMENT ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) IS 'Returns {items}: the attempts of a webhook, the latest first; before_id: the last item of the page before.';

COMMENT ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) IS 'Returns {items}: the deliveries of a webhook, those of the latest events first; before_id: the event of the last item
of the page before.';

COMMENT ON FUNCTION "public"."list_webhooks"(uuid) IS 'Returns {items}: the webhooks of a brand, of which there are at most 50, for callers with integration.manage.';

COMMENT ON FUNCTION "public"."mark_notifications"(jsonb, jsonb) IS 'Marks notifications of the caller as read or archived, or not: {marked, unread}. marks: {is_read, is_archived}; null
leaves one as it is; what is archived is read. filters: {ids, brand_id, category, until}; later ones than until stay as
they are. At most 10,000 at once, the latest.';

COMMENT ON FUNCTION "public"."note_chat_outcomes"(jsonb) IS 'For the service: notes how destinations took their messages: [{destination_id, outcome: taken, failed, refused, gone or
resting, reason, rest, tried, held}], rest in seconds. One that fails rests longer each time, and its messages (tried and
held are jobs) with it; it is switched off if it is gone, has refused five, or has failed ten times and for a day. Returns
how many there are.';

COMMENT ON FUNCTION "public"."postpone_mail"(uuid, integer) IS 'For the service: returns a mail to its queue for so many seconds, at most a day, where a limit holds it back or no
provider takes mail. Its attempt does not count. The worker has lost the job then. Returns whether it was leased.';

COMMENT ON FUNCTION "public"."publish_content"(uuid, integer) IS 'Publishes an approved or scheduled content. Where channels outside of the platform take it, it begins the publication
that does, and returns the content as it still is, with that. For admins of the brand.';

COMMENT ON FUNCTION "public"."queue_digests"(integer) IS 'For the scheduler: queues the digests that are due, once a period, and sets the next time of each. A period that was
missed is part of the next digest; in quiet hours it waits for their end. Returns for how many people.';

COMMENT ON FUNCTION "public"."queue_events"(text, text[], integer, boolean) IS 'For the service: looks at the next events of the log in the order of commits, skips none, and adds a job for each of
these types to the queue of the consumer, with the ids and the type of the event and nothing else. A new consumer begins
with the oldest event. batch: 1 to 20000 events. is_ordered: an event waits for the earlier ones of its aggregate (see
claim_jobs). Returns how many it looked at.';

COMMENT ON FUNCTION "public"."queue_mails"(jsonb) IS 'For the service: queues mails, each [{key, sealed, brandId, userId, template, category}], in one statement, and none
whose key was queued before. Returns how many it queued.';

COMMENT ON FUNCTION "public"."read_channel_access"(uuid, uuid) IS 'For our functions, which hold the keys, on behalf of those with integration.manage: returns a channel with its
ciphertext and, for a dry run, a content as it is now: {channel, publication, document}.';

COMMENT ON FUNCTION "public"."read_channel_content"(uuid, uuid, integer) IS 'For the service, to validate a content, as it is or in one of its versions, before anything is sent: {channel with its
ciphertext, document}.';

COMMENT ON FUNCTION "public"."read_claims_to_recheck"(uuid) IS 'For the job of contents that are scheduled or being published: returns what a content is compared with, as
read_claims_to_check, in up to 10 markets in which its last check no longer holds; null where there is none.';

COMMENT ON FUNCTION "public"."read_delivery_settings"(uuid) IS 'Returns how a brand delivers its published contents: {mode, site_url, url_pattern, names_models}.';

COMMENT ON FUNCTION "public"."read_destinations"(uuid[]) IS 'For the service: returns destinations in use, with their encrypted URLs, and the brands of which they may hear.';

COMMENT ON FUNCTION "public"."read_mail_settings"(uuid) IS 'Returns how mails of a brand are addressed, to admins of the brand.';

COMMENT ON FUNCTION "public"."read_notification_counts"() IS 'Counts the unread notifications of the caller: {unread, by_brand: [{brand_id, unread}]}. Those of no brand count too.';

COMMENT ON FUNCTION "public"."read_notification_mails"(uuid[]) IS 'For the service: returns what the mails about these notifications say and to whom they go. Without those that their
people have read since, may not read, or no longer want.';

COMMENT ON FUNCTION "public"."read_watching"(uuid) IS 'Whether the caller watches a content. Requires content.read.';

COMMENT ON FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) IS 'For the service: records how an attempt on a channel ended. One that fails is tried again, later, unless it is final or
was the last. is_unknown: the target did not answer. Returns false for an attempt that another one has followed.';

COMMENT ON FUNCTION "public"."record_channel_check"(uuid, jsonb) IS 'Notes how the check of a connection ended, {is_usable, message}. It changes no version. Requires integration.manage.';

COMMENT ON FUNCTION "public"."record_mail_events"(jsonb) IS 'For our functions, after they verified the signature of a provider: records events [{provider, eventId, kind, mailId,
providerMessageId, at, suppress, emailIndex}], each once; who opened a mail and followed its links only where its brand
tracks that. suppress: the reason (bounce or complaint) for which the address gets no more mail. Returns how many were
new.';

COMMENT ON FUNCTION "public"."record_validation"(uuid, jsonb) IS 'For the service: records which channels of a publication cannot take its content, {channel id: why}. A required one
ends the publication before any channel gets the content.';

COMMENT ON FUNCTION "public"."record_webhook_attempts"(text, jsonb) IS 'For the service: records the outcomes of deliveries that the worker still holds: delivered, failed (tried again),
unsent (tried again, and not by the fault of the receiver), final (not tried again) or gone (switches the webhook off).
Returns how many it recorded.';

COMMENT ON FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) IS 'For the service: does not count an attempt that the end of a run cut short. Its target may still work on it, so the
next one comes after its lease.';

COMMENT ON FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) IS 'For the service: gives back deliveries that the worker claimed and did not send. Returns how many.';

COMMENT ON FUNCTION "public"."remove_destination"(uuid) IS 'Removes a destination. As add_destination.';

COMMENT ON FUNCTION "public"."remove_old_notifications"(integer) IS 'For the scheduler: removes notifications that were read or archived after 90 days, and others after 365, and forgets
after 90 days who was told of what. At most so many of each a run. Returns how many it removed of either, at most.';

COMMENT ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) IS 'Has all failed deliveries sent once more or, with since, all events that pass the filters since then, of the last 30
days. At most 1,000 deliveries, of 5,000 events, in one call: returns {replayed, has_more, after}; the next call gets
the same since and after_event = after.';

COMMENT ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) IS 'Has a delivery that is done sent once more.';

COMMENT ON FUNCTION "public"."retry_publication"(uuid) IS 'Has a publication that waits go on now, tries channels that failed again, publishes a content whose publication failed
or was cancelled once more, and sends a published content to channels that do not have it. Requires content.publish.';

COMMENT ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) IS 'Gives a webhook another secret. Deliveries carry a signature by the former one as well, for 0 to 168 hours. At most two
former ones sign: a third is refused, unless none is to sign any more (0 hours).';

COMMENT ON FUNCTION "public"."send_notification"(jsonb) IS 'Notifies the caller; admins of the brand also its members, and platform admins everybody: {told}, how many of these
people it is for, whether or not they want it. notification:
{title, message, type, action_url, brand_id, user_ids}.';

COMMENT ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) IS 'Sets who may read the published contents of a brand: everyone, holders of the key, or nobody. A new key replaces the
former one. presentation: those of {site_url, url_pattern, names_models} that change.';

COMMENT ON FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) IS 'Replaces how mails of a brand are addressed and returns it, for admins of the brand. Refuses with 412 where the version
is not the one that the caller read.';

COMMENT ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) IS 'Replaces the notification preferences of the caller and returns them. The version is the one that the caller read, 0
where there were none yet; 412 where another one is there by now. Channels and muted brands stay where they are absent.';

COMMENT ON FUNCTION "public"."set_watching"(uuid, boolean) IS 'Makes the caller watch a content, or no longer, also where they made it or commented on it. Requires content.read.';

COMMENT ON FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) IS 'For the service: returns what a digest says: {email, language, first_name, timezone, total, counts, items}, with the
ten most urgent titles; null for somebody who gets no mail. It says what no other digest has said of what happened since
digests began; again, it says the same.';

COMMENT ON FUNCTION "public"."test_destination"(uuid) IS 'Queues a test message to a destination, and returns its job; null where one waits already. As add_destination.';

COMMENT ON FUNCTION "public"."test_webhook"(uuid) IS 'Adds a delivery of an event WebhookTest, which is in no log: its id is that of the delivery.';

COMMENT ON FUNCTION "public"."unsubscribe_mail"(uuid, text) IS 'For our functions, after they verified the token of a link to unsubscribe: turns mails of a category off for a person.
Returns whether there is such a person.';

COMMENT ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) IS 'Changes the given values of a channel, and its credentials where new ones are given. Another address needs new
credentials, and another target that no content is at the present one. Requires integration.manage.';

COMMENT ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) IS 'Changes a webhook, or switches it on or off. What waits while it is off is sent when it is on again.';

COMMENT ON FUNCTION "public"."withdraw_again"(integer) IS 'For the scheduler: has contents that are not published taken back from channels that failed to, once a channel was
changed or a check found it usable. Returns how many.';

COMMENT ON FUNCTION "public"."withdraw_of_deleted_brands"(integer) IS 'For the scheduler: has the contents of deleted brands taken back from their channels. Returns how many.';

COMMENT ON FUNCTION "public"."write_notifications"(uuid[]) IS 'For the service: tells people of these events. Doing it again tells nobody twice. Returns how many were told.';

COMMENT ON TABLE "private"."content_watchers" IS 'Who asked to watch a content, or not to. Its creator and those who commented on it watch without a row.';

COMMENT ON TABLE "private"."digested_notifications" IS 'What digests have said: so each says what is new, whenever that was committed.';

COMMENT ON TABLE "private"."email_suppressions" IS 'E-mail addresses that get no mail: after a bounce for a week, and for twice as long each time it happens again; after a
complaint for good, except mails about security.';

COMMENT ON TABLE "private"."mail_events" IS 'What providers reported about mails, each event once however often it is sent. Kept for 90 days.';

COMMENT ON TABLE "private"."mail_messages" IS 'What became of each mail, for 90 days, without its address and texts. A row says that its mail was queued: the same
key queues no other.';

COMMENT ON TABLE "private"."mail_settings" IS 'How mails of a brand are addressed; without a row as the platform''s own.';

COMMENT ON TABLE "private"."notification_destinations" IS 'Chats and webhooks that notifications of a person, or of a brand, are sent to.';

COMMENT ON TABLE "private"."notification_digests" IS 'People who get digests, with the end of the last period and the time of the next mail.';

COMMENT ON TABLE "private"."publication_channels" IS 'What a publication does on each channel, and how far it is.';

COMMENT ON TABLE "private"."publications" IS 'Each time that a content was published, or taken back from its channels, with the step that it is at (ADR 64).';

COMMENT ON TABLE "private"."told_people" IS 'Who was told of what, so that an event that comes twice tells nobody twice: events (or comments) by person or chat.';

COMMENT ON TABLE "private"."webhook_secrets" IS 'The secrets that sign deliveries: the current one, and at most two former ones until they expire. Shown once.';

COMMENT ON TABLE "private"."webhook_states" IS 'How the receiver of an endpoint does. It changes with every delivery.';

COMMENT ON TABLE "public"."channel_publications" IS 'What a channel has of a content, and where.';

COMMENT ON TABLE "public"."channels" IS 'Destinations outside of the platform that a brand publishes to. Our own API and edge need no row.';

COMMENT ON TABLE "public"."notifications" IS 'What people are told, written by private.write_notices only: in the app, and in digests.';

COMMENT ON TABLE "public"."webhook_attempts" IS 'The log of attempts to deliver, kept for 30 days.';

COMMENT ON TYPE "private"."notice" IS 'What one person is to be told of one thing. source_id: told once for it. permission: without it in the brand the person
is not told. actor_id: is not told. bundle_noun and subject make the title of several: 5 comments on “Launch”. rank: of
several about one source the least is told. is_urgent: passes quiet hours. is_pushed: goes to mail and chats at once.
is_shared: fits the chats of a brand as well.';

COMMENT ON TYPE "private"."published_content" IS 'A content as the command answers it that publishes it, with the publication that it began; null if it began none.';

REVOKE ALL ON FUNCTION "private"."action_label"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."action_label"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."action_label"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."add_publication_channels"(private.publications, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_publication_channels"(private.publications, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_publication_channels"(private.publications, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."admins_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."admins_of"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."admins_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."alert_people"(uuid[], uuid, text, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_publication"(private.publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_publication"(private.publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_publication"(private.publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_work"(boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_work"(boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_work"(boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."are_channel_choices"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_channel_choices"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_channel_choices"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_choices"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_choices"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_channel_fields"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_channel_fields"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_channel_fields"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_fields"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_fields"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_channel_settings"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_channel_settings"(text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_channel_settings"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_settings"(text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_channel_settings"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_webhooks_pending"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."are_webhooks_pending"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_webhooks_pending"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."attempt_succeeded"(private.publication_channels, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."attempt_succeeded"(private.publication_channels, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."attempt_succeeded"(private.publication_channels, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."attempts_of"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."attempts_of"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."attempts_of"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."await_recheck"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."await_recheck"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."await_recheck"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."awaits_recheck"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."awaits_recheck"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."awaits_recheck"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."begin_digests"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_digests"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."begin_digests"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."begin_publication"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_publication"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."begin_publication"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."broadcast_notifications"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."broadcast_notifications"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."broadcast_notifications"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."bundled"(integer, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bundled"(integer, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."bundled"(integer, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."channel_answer"(public.channels) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."channel_answer"(public.channels) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."channel_answer"(public.channels) TO "postgres";

REVOKE ALL ON FUNCTION "private"."channel_document"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."channel_document"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."channel_document"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."channel_target"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."channel_target"(text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."channel_target"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."channel_target"(text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."channel_target"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."channel_targets"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."channel_targets"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."channel_targets"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."channels_to_validate"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."channels_to_validate"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."channels_to_validate"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."comment_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comment_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."comment_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."complete_publication"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."complete_publication"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."complete_publication"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_at_version"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_at_version"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_at_version"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."decision_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decision_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."decision_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivered_provenance"(public.contents, public.templates, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivered_provenance"(public.contents, public.templates, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivered_provenance"(public.contents, public.templates, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivering_document"(public.brands, private.delivery_settings) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivering_document"(public.brands, private.delivery_settings) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivering_document"(public.brands, private.delivery_settings) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivery_channel"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivery_channel"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivery_channel"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivery_document"(public.contents, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivery_document"(public.contents, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivery_document"(public.contents, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivery_settings_document"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivery_settings_document"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivery_settings_document"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."describe_mail_settings"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."describe_mail_settings"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."describe_mail_settings"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."destination_document"(private.notification_destinations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."destination_document"(private.notification_destinations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."destination_document"(private.notification_destinations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."digest_document"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."digest_document"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."digest_document"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."disable_webhook"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."disable_webhook"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."disable_webhook"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."do_step"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."do_step"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."do_step"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_publication"(private.publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_publication"(private.publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_publication"(private.publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_superseded"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_superseded"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_superseded"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."enter_step"(private.publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enter_step"(private.publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enter_step"(private.publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."find_removed_webhooks"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_removed_webhooks"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."find_removed_webhooks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."first_sentences"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."first_sentences"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."first_sentences"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."go_on"(private.publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."go_on"(private.publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."go_on"(private.publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_muted"(public.notification_preferences, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_muted"(public.notification_preferences, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_muted"(public.notification_preferences, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_in_publication"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_in_publication"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hold_in_publication"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_left_undone"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_left_undone"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_left_undone"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_missing_on_channels"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_missing_on_channels"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_missing_on_channels"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_news"(public.notifications, public.notification_preferences) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_news"(public.notifications, public.notification_preferences) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_news"(public.notifications, public.notification_preferences) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_reviewed"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_reviewed"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_reviewed"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_digest"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_digest"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_digest"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."known_publication"(public.channel_publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."known_publication"(public.channel_publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."known_publication"(public.channel_publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."known_zone"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."known_zone"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."known_zone"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."last_publication"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."last_publication"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."last_publication"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."last_steps"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."last_steps"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."last_steps"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_publication"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_publication"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_publication"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_webhook_order"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_webhook_order"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_webhook_order"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."made_metadata"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."made_metadata"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."made_metadata"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mark_own"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."mark_own"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."mark_own"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_attempts"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_attempts"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_attempts"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_digest_at"(text, text, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_digest_at"(text, text, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_digest_at"(text, text, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_in_order"(text, uuid[], integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_in_order"(text, uuid[], integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_in_order"(text, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_webhook_health"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."note_webhook_health"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."note_webhook_health"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify"(uuid[], uuid, text, text, text, text, text, text, jsonb, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."notify"(uuid[], uuid, text, text, text, text, text, text, jsonb, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."notify"(uuid[], uuid, text, text, text, text, text, text, jsonb, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."opening_words"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."opening_words"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."opening_words"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_destination"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_destination"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_destination"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_webhook"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_webhook"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_webhook"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_in_log"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."place_in_log"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."place_in_log"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."place_in_log"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."place_in_log"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."promote_webhook_heads"(uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."promote_webhook_heads"(uuid[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."promote_webhook_heads"(uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_actions"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_actions"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_actions"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_answer"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_answer"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_answer"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_before_records"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_before_records"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_before_records"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_brief"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_brief"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_brief"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_delay"(text, boolean, integer, double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_delay"(text, boolean, integer, double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_delay"(text, boolean, integer, double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_document"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_document"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_document"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_policy"(text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_policy"(text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_policy"(text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publication_refusal"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publication_refusal"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publication_refusal"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publish"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publish"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publish"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."push_notifications"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."push_notifications"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."push_notifications"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."push_to_brands"(private.notice[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."push_to_brands"(private.notice[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."push_to_brands"(private.notice[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."quiet_until"(time without time zone, time without time zone, text, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."quiet_until"(time without time zone, time without time zone, text, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."quiet_until"(time without time zone, time without time zone, text, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reached"(private.notice[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reached"(private.notice[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reached"(private.notice[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_live"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_live"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_live"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_publication"(private.publications, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_publication"(private.publications, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_publication"(private.publications, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."repeat_webhook_deliveries"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."repeat_webhook_deliveries"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."repeat_webhook_deliveries"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_channel"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_channel"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_channel"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_own_session"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_own_session"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_own_session"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_own_session"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_own_session"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."require_target"(public.channels, jsonb, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_target"(public.channels, jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_target"(public.channels, jsonb, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."retry_ended"(private.publications, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."retry_ended"(private.publications, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."retry_ended"(private.publications, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_channels"(private.publications) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."settle_channels"(private.publications) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."settle_channels"(private.publications) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_metadata"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_metadata"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_metadata"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."source_of_mentions"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."source_of_mentions"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."source_of_mentions"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_failed"(private.publications, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_failed"(private.publications, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_failed"(private.publications, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_notices"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_notices"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_notices"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_of_destination"(private.notification_destinations, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_of_destination"(private.notification_destinations, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_of_destination"(private.notification_destinations, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_of_own_security"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_of_own_security"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_of_own_security"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."turn_off_mail"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."turn_off_mail"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."turn_off_mail"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."undo_publication"(private.publications, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."undo_publication"(private.publications, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."undo_publication"(private.publications, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unread_count"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unread_count"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unread_count"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wants"(public.notification_preferences, text, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."wants"(public.notification_preferences, text, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wants"(public.notification_preferences, text, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."watchers_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."watchers_of"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."watchers_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_body"(public.webhook_deliveries) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_body"(public.webhook_deliveries) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."webhook_body"(public.webhook_deliveries) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_delivery_document"(public.webhook_deliveries) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_delivery_document"(public.webhook_deliveries) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."webhook_delivery_document"(public.webhook_deliveries) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_document"(public.webhook_endpoints) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_document"(public.webhook_endpoints) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."webhook_document"(public.webhook_endpoints) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_retry_delay"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_retry_delay"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."webhook_retry_delay"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."webhook_takes"(public.webhook_endpoints, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."webhook_takes"(public.webhook_endpoints, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."webhook_takes"(public.webhook_endpoints, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."withdraw_content"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."withdraw_content"(uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."withdraw_content"(uuid, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."withdraw_unpublished"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."withdraw_unpublished"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."withdraw_unpublished"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_notices"(private.notice[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_notices"(private.notice[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_notices"(private.notice[]) TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_destination"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_destination"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_destination"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_destination"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_webhook_deliveries"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."add_webhook_deliveries"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_webhook_deliveries"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_webhook_deliveries"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."advance_publication"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."advance_publication"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."advance_publication"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."advance_publication"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_channel_publication"(uuid, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."begin_mail"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."begin_mail"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_mail"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_mail"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_publication"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_publication"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."cancel_publication"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_publication"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_publication"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."change_destination"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."change_destination"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."change_destination"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."change_destination"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_publications"(integer, uuid[], integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_webhook_deliveries"(text, integer, uuid[], uuid[], integer, interval) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_channel"(uuid, uuid, jsonb, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_webhook"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_webhook"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_webhook"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_webhook"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_webhook"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delete_channel"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_channel"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_channel"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_channel"(uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_channel"(uuid, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delete_webhook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_webhook"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_webhook"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_webhook"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_webhook"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."disable_destination"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."disable_destination"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."disable_destination"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."disable_destination"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_channel_publication"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_channel_publication"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_channel_publication"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_channel_publication"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_mail"(uuid, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_mail"(uuid, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_mail"(uuid, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_mail"(uuid, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_end_of_log"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_end_of_log"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."find_end_of_log"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_end_of_log"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_end_of_log"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_news"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."find_news"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_news"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_news"(uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_waiting_work"(jsonb, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."find_waiting_work"(jsonb, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_waiting_work"(jsonb, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_waiting_work"(jsonb, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_old_mail"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_old_mail"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_old_mail"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_old_mail"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_webhook_deliveries"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_webhook_deliveries"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_webhook_deliveries"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_webhook_deliveries"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_channel"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_channel"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_channel"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_channel"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_channel"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_publication"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_publication"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_publication"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_publication"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_publication"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_webhook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_webhook"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_webhook"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_webhook"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_webhook"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."keep_channel_memory"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."keep_channel_memory"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."keep_channel_memory"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."keep_channel_memory"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_channel_targets"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."list_channel_targets"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_channel_targets"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_channel_targets"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_channels"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_channels"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_channels"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_channels"(uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_channels"(uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_destinations"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_destinations"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_destinations"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_destinations"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_notifications"(jsonb, timestamp with time zone, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_publications"(uuid, uuid, text, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_watchers"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_watchers"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_watchers"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_watchers"(uuid, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhook_attempts"(uuid, uuid, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhook_deliveries"(uuid, text, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_webhooks"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_webhooks"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_webhooks"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhooks"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_webhooks"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."mark_notifications"(jsonb, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."mark_notifications"(jsonb, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."mark_notifications"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."mark_notifications"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."note_chat_outcomes"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."note_chat_outcomes"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."note_chat_outcomes"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."note_chat_outcomes"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."postpone_mail"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."postpone_mail"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."postpone_mail"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."postpone_mail"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."publish_content"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."publish_content"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."queue_digests"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."queue_digests"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_digests"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_digests"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."queue_events"(text, text[], integer, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."queue_events"(text, text[], integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_events"(text, text[], integer, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_events"(text, text[], integer, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."queue_mails"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."queue_mails"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_mails"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_mails"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_channel_access"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_channel_access"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_channel_access"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_channel_access"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_channel_access"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_channel_content"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."read_channel_content"(uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_channel_content"(uuid, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_channel_content"(uuid, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_delivery_settings"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_delivery_settings"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_delivery_settings"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_delivery_settings"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_delivery_settings"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_destinations"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."read_destinations"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_destinations"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_destinations"(uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_mail_settings"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_mail_settings"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_mail_settings"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_mail_settings"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."read_notification_counts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_notification_counts"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_notification_counts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_notification_counts"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."read_notification_mails"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."read_notification_mails"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_notification_mails"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_notification_mails"(uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_watching"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_watching"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_watching"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_watching"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_channel_attempt"(uuid, uuid, integer, boolean, text, boolean, boolean, double precision, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_channel_check"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_channel_check"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."record_channel_check"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_channel_check"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_channel_check"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_mail_events"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_mail_events"(jsonb) TO "anon";

REVOKE ALL ON FUNCTION "public"."record_mail_events"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_mail_events"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_mail_events"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_validation"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_validation"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_validation"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_validation"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_webhook_attempts"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_webhook_attempts"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_webhook_attempts"(text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_webhook_attempts"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_channel_attempt"(uuid, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_webhook_deliveries"(text, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."remove_destination"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."remove_destination"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."remove_destination"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_destination"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."remove_old_notifications"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."remove_old_notifications"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_old_notifications"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_old_notifications"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."replay_webhook"(uuid, timestamp with time zone, integer, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."replay_webhook_delivery"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."retry_publication"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."retry_publication"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."retry_publication"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."retry_publication"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."retry_publication"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."rotate_webhook_secret"(uuid, uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."send_notification"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."send_notification"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."send_notification"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."send_notification"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_delivery"(uuid, text, text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_mail_settings"(uuid, jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."set_watching"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_watching"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_watching"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_watching"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."take_digest"(uuid, uuid, timestamp with time zone, timestamp with time zone) TO "service_role";

REVOKE ALL ON FUNCTION "public"."test_destination"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."test_destination"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."test_destination"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."test_destination"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."test_webhook"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."test_webhook"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."test_webhook"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."test_webhook"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."test_webhook"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."unsubscribe_mail"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."unsubscribe_mail"(uuid, text) TO "anon";

REVOKE ALL ON FUNCTION "public"."unsubscribe_mail"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsubscribe_mail"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unsubscribe_mail"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_channel"(uuid, integer, jsonb, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_webhook"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."withdraw_again"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."withdraw_again"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_again"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_again"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."withdraw_of_deleted_brands"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."withdraw_of_deleted_brands"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_of_deleted_brands"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_of_deleted_brands"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."write_notifications"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."write_notifications"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."write_notifications"(uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."write_notifications"(uuid[]) TO "service_role";

GRANT SELECT ("answer") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("attempts") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("channel_id") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("channel_version") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("content_id") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("error") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("is_standing") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("is_withdrawing") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("published_at") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("remote_id") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("round") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("status") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("target") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("url") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("version") ON TABLE "public"."channel_publications" TO "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("check_message") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("checked_at") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("content_types") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("created_by") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("credentials_set_at") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("field_mapping") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("is_active") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("is_required") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("is_usable") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("kind") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("name") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("settings") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("updated_by") ON TABLE "public"."channels" TO "authenticated";

GRANT SELECT ("version") ON TABLE "public"."channels" TO "authenticated";

REVOKE ALL ("channels") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT INSERT ("channels"), UPDATE ("channels") ON TABLE "public"."notification_preferences" TO "authenticated";

REVOKE ALL ("muted_brands") ON TABLE "public"."notification_preferences" FROM "authenticated";

GRANT INSERT ("muted_brands"), UPDATE ("muted_brands") ON TABLE "public"."notification_preferences" TO "authenticated";

GRANT SELECT ON TABLE "public"."webhook_attempts" TO "authenticated";

REVOKE ALL ON TABLE "public"."webhook_endpoints" FROM "authenticated";

GRANT SELECT ON TABLE "public"."webhook_endpoints" TO "authenticated";

ALTER TABLE "private"."publication_channels" ADD CONSTRAINT "publication_channels_publication_id_brand_id_fkey" FOREIGN KEY (publication_id, brand_id) REFERENCES private.publications(id, brand_id) ON DELETE CASCADE;

CREATE INDEX publications_brand_id_idx ON private.publications USING btree (brand_id, id DESC);

CREATE INDEX publications_content_id_idx ON private.publications USING btree (content_id, brand_id, id DESC);

CREATE INDEX publications_status_idx ON private.publications USING btree (brand_id, status, id DESC) WHERE (status <> 'completed'::text);

CREATE INDEX publications_turn_idx ON private.publications USING btree (brand_id, due_at, id) WHERE (status = ANY (ARRAY['running'::text, 'compensating'::text]));

GRANT SELECT ("id") ON TABLE "public"."channel_publications" TO "authenticated";

ALTER TABLE "public"."channel_publications" ADD CONSTRAINT "channel_publications_channel_id_fkey" FOREIGN KEY (channel_id, brand_id) REFERENCES public.channels(id, brand_id) ON DELETE CASCADE;

GRANT SELECT ("id") ON TABLE "public"."channels" TO "authenticated";

CREATE INDEX webhook_attempts_brand_idx ON public.webhook_attempts USING btree (brand_id, endpoint_id, id DESC);

ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_field_mapping_check" CHECK (((jsonb_typeof(field_mapping) = 'object'::text) AND private.is_sound_json(field_mapping, 20000, 2) AND private.are_channel_fields(field_mapping)));

ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_settings_of_kind_check" CHECK (private.are_channel_settings(kind, settings));

ALTER TABLE "public"."notification_preferences" ADD CONSTRAINT "notification_preferences_channels_check" CHECK (private.are_channel_choices(channels));

ALTER TABLE "public"."notification_preferences" ADD CONSTRAINT "notification_preferences_muted_brands_check" CHECK (private.is_list_of(muted_brands, 200, '{"until": "instant or null", "brand_id": "id"}'::jsonb, '{brand_id}'::text[]));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_event_types_check" CHECK (private.are_texts(event_types, 200, 100));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_statuses_check" CHECK (private.are_texts(statuses, 20, 50));

ALTER TABLE "public"."webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_template_ids_check" CHECK (private.is_list(template_ids, 50));

-- New consumers begin with what happens from now on: nobody is told of years that have passed.
insert into private.outbox_consumers (name, read_transaction_id)
select consumer.name, pg_snapshot_xmin(pg_current_snapshot())
from (values ('notifications'), ('webhooks')) as consumer (name)
where exists (select from public.domain_events)
on conflict do nothing;

-- Notifications from before were told when they were made, and belong to a category. Live messages and stamps are for
-- those of today.
alter table public.notifications disable trigger user;
update public.notifications
set
  last_at = created_at,
  category = case event
    when 'security_alert' then 'security' when 'brand_invitation' then 'invitations' else category
  end
where true;
alter table public.notifications enable trigger user;
