-- Bring reviews and claims to the api
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

REVOKE ALL ("brand_id") ON TABLE "public"."brand_master_claim_brands" FROM "authenticated";

REVOKE ALL ("master_claim_brand_id") ON TABLE "public"."brand_master_claim_brands" FROM "authenticated";

REVOKE ALL ("master_claim_brand_id") ON TABLE "public"."claim_approval_steps" FROM "authenticated";

REVOKE ALL ("name") ON TABLE "public"."claim_approval_steps" FROM "authenticated";

REVOKE ALL ("position") ON TABLE "public"."claim_approval_steps" FROM "authenticated";

REVOKE ALL ("reviewer_role") ON TABLE "public"."claim_approval_steps" FROM "authenticated";

REVOKE ALL ON TABLE "public"."ingredients" FROM "authenticated";

REVOKE ALL ON TABLE "public"."master_claim_brands" FROM "authenticated";

REVOKE ALL ("ingredient_id") ON TABLE "public"."product_ingredients" FROM "authenticated";

REVOKE ALL ("product_id") ON TABLE "public"."product_ingredients" FROM "authenticated";

REVOKE ALL ON TABLE "public"."products" FROM "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."workflow_step_assignees" FROM "authenticated";

REVOKE ALL ("step_id") ON TABLE "public"."workflow_step_assignees" FROM "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."workflow_step_assignees" FROM "authenticated";

REVOKE ALL ("actions") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("allow_skip") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("assigned_role") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("assignment_type") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("automated_check") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("condition") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("instructions") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("is_required") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("name") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("position") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("prerequisites") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("require_all_approvals") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("requires_published_url") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("skip_condition") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("timeout_hours") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("type") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("workflow_id") ON TABLE "public"."workflow_steps" FROM "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("content_types") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("description") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("escalate_to") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("is_default") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("name") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("timeout_hours") ON TABLE "public"."workflows" FROM "authenticated";

REVOKE ALL ("type") ON TABLE "public"."workflows" FROM "authenticated";

DROP POLICY "Links may be added by platform admins" ON "public"."brand_master_claim_brands";

DROP POLICY "Links may be removed by platform admins" ON "public"."brand_master_claim_brands";

DROP POLICY "Approval steps may be added by admins of linked brands" ON "public"."claim_approval_steps";

DROP POLICY "Approval steps may be changed by admins of linked brands" ON "public"."claim_approval_steps";

DROP POLICY "Approval steps may be removed by admins of linked brands" ON "public"."claim_approval_steps";

DROP POLICY "Claim reviews may be read by members of their brand" ON "public"."claim_reviews";

DROP POLICY "Events may be read by who may read what they are about" ON "public"."domain_events";

DROP POLICY "Ingredients may be added by platform admins" ON "public"."ingredients";

DROP POLICY "Ingredients may be changed by platform admins" ON "public"."ingredients";

DROP POLICY "Ingredients may be removed by platform admins" ON "public"."ingredients";

DROP POLICY "Master claim brands may be added by platform admins" ON "public"."master_claim_brands";

DROP POLICY "Master claim brands may be changed by platform admins" ON "public"."master_claim_brands";

DROP POLICY "Master claim brands may be removed by platform admins" ON "public"."master_claim_brands";

DROP POLICY "Parts may be added by platform admins" ON "public"."product_ingredients";

DROP POLICY "Parts may be removed by platform admins" ON "public"."product_ingredients";

DROP POLICY "Products may be added by platform admins" ON "public"."products";

DROP POLICY "Products may be changed by platform admins" ON "public"."products";

DROP POLICY "Products may be removed by platform admins" ON "public"."products";

DROP POLICY "Named people may be added by admins of the brand" ON "public"."workflow_step_assignees";

DROP POLICY "Named people may be removed by admins of the brand" ON "public"."workflow_step_assignees";

DROP POLICY "Steps may be added by admins of the brand" ON "public"."workflow_steps";

DROP POLICY "Steps may be changed by admins of the brand" ON "public"."workflow_steps";

DROP POLICY "Steps may be removed by admins of the brand" ON "public"."workflow_steps";

DROP POLICY "Workflows may be added by admins of the brand" ON "public"."workflows";

DROP POLICY "Workflows may be changed by admins of the brand" ON "public"."workflows";

DROP POLICY "Workflows may be removed by admins of the brand" ON "public"."workflows";

DROP TRIGGER "stamp_row" ON "public"."ingredients";

DROP TRIGGER "stamp_row" ON "public"."market_overrides";

DROP TRIGGER "stamp_row" ON "public"."master_claim_brands";

DROP TRIGGER "stamp_row" ON "public"."products";

DROP INDEX "public"."workflow_tasks_assignee_idx";

DROP INDEX "public"."workflow_tasks_brand_id_idx";

DROP INDEX "public"."workflow_tasks_chase_idx";

ALTER TABLE "public"."ai_generations" DROP CONSTRAINT "ai_generations_type_check";

ALTER TABLE "public"."claim_approval_steps" DROP CONSTRAINT "claim_approval_steps_reviewer_role_check";

ALTER TABLE "public"."claim_reviews" DROP CONSTRAINT "claim_reviews_findings_check";

ALTER TABLE "public"."workflow_actions" DROP CONSTRAINT "workflow_actions_action_check";

DROP FUNCTION "private"."answer_parts"(private.content_page);

DROP FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid);

DROP FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone);

DROP FUNCTION "private"."claim_answer"(uuid);

DROP FUNCTION "private"."claims_in_force"(uuid[], text, timestamp with time zone);

DROP FUNCTION "private"."condition_holds"(public.contents, jsonb);

DROP FUNCTION "private"."conflicting_overrides"(uuid, uuid, text);

DROP FUNCTION "private"."contents_with_violations"(uuid[]);

DROP FUNCTION "private"."lock_claim"(uuid, boolean);

DROP FUNCTION "private"."overrides_in_force"(uuid[], text, timestamp with time zone);

DROP FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text);

DROP FUNCTION "private"."require_open_decision"(public.claims, integer);

DROP FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone);

DROP FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer);

DROP FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text);

DROP FUNCTION "public"."claim_matrix"(uuid, text, timestamp with time zone, integer);

DROP FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb);

DROP FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer);

DROP FUNCTION "public"."reject_content"(uuid, text, integer, uuid);

DROP FUNCTION "public"."request_changes"(uuid, text, integer, uuid);

DROP FUNCTION "public"."set_market_override"(uuid, text, uuid, boolean, uuid, boolean);

DROP FUNCTION "public"."submit_claim"(uuid);

DROP FUNCTION "public"."update_claim"(uuid, integer, jsonb);

CREATE TABLE "private"."claim_catalogues" ("master_claim_brand_id" uuid NOT NULL, "revision" bigint NOT NULL DEFAULT 1, "changed_in" xid8 NOT NULL DEFAULT pg_current_xact_id(), CONSTRAINT "claim_catalogues_pkey" PRIMARY KEY (master_claim_brand_id), CONSTRAINT "claim_catalogues_revision_check" CHECK ((revision >= 1)));

ALTER TABLE "private"."claim_catalogues" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."claim_catalogues" OWNER TO "postgres";

CREATE TABLE "private"."claim_evidence" ("claim_id" uuid NOT NULL, "title" text NOT NULL, "kind" text NOT NULL, "url" text, "file_reference" text, "issuer" text NOT NULL DEFAULT ''::text, "reference_number" text NOT NULL DEFAULT ''::text, "notes" text NOT NULL DEFAULT ''::text, "issued_on" date NOT NULL, "expires_on" date, "status" text NOT NULL DEFAULT 'pending'::text, "reviewed_by" uuid, "reviewed_at" timestamp with time zone, "review_comment" text NOT NULL DEFAULT ''::text, "announced_days" integer, "edited_by" uuid, "version" integer NOT NULL DEFAULT 1, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_by" uuid, "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "claim_evidence_announced_days_check" CHECK ((announced_days = ANY (ARRAY[0, 7, 30, 90]))), CONSTRAINT "claim_evidence_check1" CHECK ((expires_on > issued_on)), CONSTRAINT "claim_evidence_check2" CHECK (((status = ANY (ARRAY['accepted'::text, 'refused'::text])) <= (reviewed_at IS NOT NULL))), CONSTRAINT "claim_evidence_check" CHECK (((url IS NOT NULL) OR (file_reference IS NOT NULL))), CONSTRAINT "claim_evidence_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_evidence_expires_on_check" CHECK (((expires_on >= '1900-01-01'::date) AND (expires_on <= '2199-12-31'::date))), CONSTRAINT "claim_evidence_file_reference_check" CHECK (((char_length(file_reference) >= 1) AND (char_length(file_reference) <= 500))), CONSTRAINT "claim_evidence_issued_on_check" CHECK (((issued_on >= '1900-01-01'::date) AND (issued_on <= '2199-12-31'::date))), CONSTRAINT "claim_evidence_issuer_check" CHECK ((char_length(issuer) <= 255)), CONSTRAINT "claim_evidence_kind_check" CHECK ((kind = ANY (ARRAY['study'::text, 'test_report'::text, 'certificate'::text, 'registration'::text, 'legal_opinion'::text, 'authorisation'::text, 'other'::text]))), CONSTRAINT "claim_evidence_notes_check" CHECK ((char_length(notes) <= 5000)), CONSTRAINT "claim_evidence_reference_number_check" CHECK ((char_length(reference_number) <= 255)), CONSTRAINT "claim_evidence_review_comment_check" CHECK ((char_length(review_comment) <= 5000)), CONSTRAINT "claim_evidence_reviewed_at_check" CHECK (((reviewed_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (reviewed_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_evidence_status_check" CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))), CONSTRAINT "claim_evidence_title_check1" CHECK ((title !~ '[[:cntrl:]]'::text)), CONSTRAINT "claim_evidence_title_check" CHECK (((char_length(title) >= 1) AND (char_length(title) <= 255))), CONSTRAINT "claim_evidence_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_evidence_url_check" CHECK (((url ~ '^https://[^\s<>"@/]+(/[^\s<>"]*)?$'::text) AND (char_length(url) <= 2000))), CONSTRAINT "claim_evidence_version_check" CHECK ((version >= 1)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "claim_evidence_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."claim_evidence" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."claim_evidence" OWNER TO "postgres";

CREATE TABLE "private"."claim_rules" ("id" text NOT NULL, "markets" text[] NOT NULL, "kind" text NOT NULL, "phrases" text[] NOT NULL, "required" text[] NOT NULL DEFAULT '{}'::text[], "message" text NOT NULL, CONSTRAINT "claim_rules_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."claim_rules" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."claim_rules" OWNER TO "postgres";

CREATE TABLE "private"."claim_settings" ("brand_id" uuid NOT NULL, "markets" text[] NOT NULL DEFAULT '{}'::text[], "is_delivered" boolean NOT NULL DEFAULT false, "version" integer NOT NULL DEFAULT 1, "updated_by" uuid, "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "claim_settings_pkey" PRIMARY KEY (brand_id), CONSTRAINT "claim_settings_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_settings_version_check" CHECK ((version >= 1)), CONSTRAINT "claim_settings_markets_check" CHECK (private.are_texts(markets, 50, 2)));

ALTER TABLE "private"."claim_settings" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."claim_settings" OWNER TO "postgres";

CREATE TABLE "private"."claim_tasks" ("brand_id" uuid NOT NULL, "kind" text NOT NULL, "claim_id" uuid NOT NULL, "evidence_id" uuid, "content_id" uuid, "market" text, "title" text NOT NULL, "sentence" text, "draft" text, "mark" integer NOT NULL DEFAULT 0, "due_on" date, "assignee_id" uuid, "state" text NOT NULL DEFAULT 'open'::text, "closed_by" uuid, "closed_at" timestamp with time zone, "closing_comment" text NOT NULL DEFAULT ''::text, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "claim_tasks_check1" CHECK (((kind = 'evidence_expiring'::text) <= (evidence_id IS NOT NULL))), CONSTRAINT "claim_tasks_check" CHECK (((state = 'open'::text) = (closed_at IS NULL))), CONSTRAINT "claim_tasks_closed_at_check" CHECK (((closed_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (closed_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_tasks_closing_comment_check" CHECK ((char_length(closing_comment) <= 5000)), CONSTRAINT "claim_tasks_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_tasks_draft_check" CHECK ((char_length(draft) <= 6000)), CONSTRAINT "claim_tasks_due_on_check" CHECK (((due_on >= '1900-01-01'::date) AND (due_on <= '2199-12-31'::date))), CONSTRAINT "claim_tasks_kind_check" CHECK ((kind = ANY (ARRAY['evidence_expiring'::text, 'claim_changed'::text]))), CONSTRAINT "claim_tasks_mark_check" CHECK (((mark >= 0) AND (mark <= 10000000))), CONSTRAINT "claim_tasks_market_check" CHECK ((market ~ '^[A-Z]{2}$'::text)), CONSTRAINT "claim_tasks_sentence_check" CHECK ((char_length(sentence) <= 5000)), CONSTRAINT "claim_tasks_state_check" CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'dismissed'::text]))), CONSTRAINT "claim_tasks_title_check" CHECK (((char_length(title) >= 1) AND (char_length(title) <= 500))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "claim_tasks_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."claim_tasks" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."claim_tasks" OWNER TO "postgres";

CREATE TABLE "private"."delegations" ("user_id" uuid NOT NULL, "delegate_id" uuid NOT NULL, "brand_id" uuid, "starts_at" timestamp with time zone NOT NULL, "ends_at" timestamp with time zone NOT NULL, "reason" text NOT NULL DEFAULT ''::text, "version" integer NOT NULL DEFAULT 1, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_by" uuid, "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "delegations_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "delegations_delegate_id_check" CHECK ((delegate_id <> user_id)), CONSTRAINT "delegations_ends_at_check" CHECK ((ends_at > starts_at)), CONSTRAINT "delegations_ends_at_range_check" CHECK (((ends_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (ends_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "delegations_reason_check" CHECK ((char_length(reason) <= 1000)), CONSTRAINT "delegations_starts_at_check" CHECK (((starts_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (starts_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "delegations_updated_at_check" CHECK (((updated_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (updated_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "delegations_version_check" CHECK ((version >= 1)), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "delegations_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."delegations" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."delegations" OWNER TO "postgres";

CREATE TABLE "private"."publication_claims" ("brand_id" uuid NOT NULL, "content_id" uuid NOT NULL, "content_version" integer NOT NULL, "published_at" timestamp with time zone NOT NULL, "market" text NOT NULL, "section" text NOT NULL, "sentence" text NOT NULL, "start_offset" integer NOT NULL, "end_offset" integer NOT NULL, "sentence_offset" integer NOT NULL, "claim_id" uuid NOT NULL, "claim_version" integer NOT NULL, "claim_text" text NOT NULL, "claim_status" text NOT NULL, "verdict" text NOT NULL, "override_reason" text, "evidence" jsonb NOT NULL DEFAULT '[]'::jsonb, "check_id" uuid NOT NULL, CONSTRAINT "publication_claims_claim_status_check" CHECK ((claim_status = ANY (ARRAY['allowed'::text, 'mandatory'::text, 'disallowed'::text, 'none'::text]))), CONSTRAINT "publication_claims_claim_text_check" CHECK ((char_length(claim_text) <= 500)), CONSTRAINT "publication_claims_claim_version_check" CHECK ((claim_version >= 1)), CONSTRAINT "publication_claims_content_version_check" CHECK ((content_version >= 1)), CONSTRAINT "publication_claims_end_offset_check" CHECK (((end_offset >= 0) AND (end_offset <= 10000000))), CONSTRAINT "publication_claims_market_check" CHECK ((market ~ '^[A-Z]{2}$'::text)), CONSTRAINT "publication_claims_override_reason_check" CHECK ((char_length(override_reason) <= 5000)), CONSTRAINT "publication_claims_published_at_check" CHECK (((published_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (published_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "publication_claims_section_check" CHECK ((char_length(section) <= 100)), CONSTRAINT "publication_claims_sentence_check" CHECK ((char_length(sentence) <= 5000)), CONSTRAINT "publication_claims_sentence_offset_check" CHECK (((sentence_offset >= 0) AND (sentence_offset <= 10000000))), CONSTRAINT "publication_claims_start_offset_check" CHECK (((start_offset >= 0) AND (start_offset <= 10000000))), CONSTRAINT "publication_claims_verdict_check" CHECK ((verdict = ANY (ARRAY['allowed'::text, 'conditional'::text, 'disallowed'::text]))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "publication_claims_pkey" PRIMARY KEY (id), CONSTRAINT "publication_claims_evidence_check" CHECK (private.is_list_of(evidence, 100, '{"id": "id", "kind": "text 50", "title": "text 255", "expiresOn": "text 10 or null", "referenceNumber": "text 255 or null"}'::jsonb, '{id,title}'::text[])));

ALTER TABLE "private"."publication_claims" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."publication_claims" OWNER TO "postgres";

CREATE TABLE "public"."claim_reviewers" ("brand_id" uuid NOT NULL, "user_id" uuid NOT NULL, "reviewer_role" text NOT NULL, "master_claim_brand_id" uuid, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "claim_reviewers_brand_id_user_id_reviewer_role_master_claim_key" UNIQUE NULLS NOT DISTINCT (brand_id, user_id, reviewer_role, master_claim_brand_id), CONSTRAINT "claim_reviewers_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_reviewers_reviewer_role_check" CHECK ((reviewer_role = ANY (ARRAY['legal'::text, 'compliance'::text, 'regulatory'::text, 'marketing'::text, 'lrc'::text, 'bdt'::text, 'mat'::text, 'sme'::text]))), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "claim_reviewers_pkey" PRIMARY KEY (id));

ALTER TABLE "public"."claim_reviewers" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."claim_reviewers" OWNER TO "postgres";

CREATE TABLE "public"."claim_versions" ("claim_id" uuid NOT NULL, "version" integer NOT NULL, "text" jsonb NOT NULL, "status" public.claim_status NOT NULL, "countries" text[] NOT NULL, "effective_from" timestamp with time zone NOT NULL, "effective_to" timestamp with time zone, "category" text, "regulatory_references" text[] NOT NULL DEFAULT '{}'::text[], "documentation_urls" text[] NOT NULL DEFAULT '{}'::text[], "notes" text NOT NULL DEFAULT ''::text, "approval" text, "approval_position" integer, "archived_at" timestamp with time zone, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "claim_versions_approval_check" CHECK ((approval = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text]))), CONSTRAINT "claim_versions_approval_position_check" CHECK ((approval_position >= 1)), CONSTRAINT "claim_versions_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_versions_category_check" CHECK ((char_length(category) <= 50)), CONSTRAINT "claim_versions_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_versions_effective_from_check" CHECK (((effective_from >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (effective_from <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_versions_effective_to_check" CHECK (((effective_to >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (effective_to <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "claim_versions_notes_check" CHECK ((char_length(notes) <= 5000)), CONSTRAINT "claim_versions_pkey" PRIMARY KEY (claim_id, version), CONSTRAINT "claim_versions_version_check" CHECK ((version >= 1)), CONSTRAINT "claim_versions_countries_check" CHECK (private.are_texts(countries, 300, 20)), CONSTRAINT "claim_versions_documentation_urls_check" CHECK (private.are_urls(documentation_urls, 50)), CONSTRAINT "claim_versions_regulatory_references_check" CHECK (private.are_texts(regulatory_references, 50, 1000)), CONSTRAINT "claim_versions_text_check" CHECK ((private.is_claim_text(text) AND private.is_sound_json(text, 500000))));

ALTER TABLE "public"."claim_versions" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."claim_versions" OWNER TO "postgres";

CREATE TABLE "public"."vetting_feedback" ("brand_id" uuid NOT NULL, "content_id" uuid NOT NULL, "content_version" integer NOT NULL, "step_run_id" uuid NOT NULL, "market" text NOT NULL, "generation_id" uuid NOT NULL, "items" jsonb NOT NULL, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "vetting_feedback_content_version_check" CHECK ((content_version >= 1)), CONSTRAINT "vetting_feedback_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "vetting_feedback_once_key" UNIQUE (content_id, content_version, step_run_id, market), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "vetting_feedback_pkey" PRIMARY KEY (id), CONSTRAINT "vetting_feedback_items_check" CHECK (private.is_list_of(items, 50, '{"agency": "text 255", "summary": "text 1000", "agencyId": "id", "priority": "word critical|high|medium|low", "relatedFields": "texts 20 100", "recommendedAction": "text 1000"}'::jsonb, '{agencyId,agency,priority,summary,recommendedAction,relatedFields}'::text[])));

ALTER TABLE "public"."vetting_feedback" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."vetting_feedback" OWNER TO "postgres";

CREATE TABLE "public"."workflow_versions" ("workflow_id" uuid NOT NULL, "version" integer NOT NULL, "brand_id" uuid NOT NULL, "definition" jsonb NOT NULL, "created_by" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "workflow_versions_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "workflow_versions_pkey" PRIMARY KEY (workflow_id, version), CONSTRAINT "workflow_versions_version_check" CHECK ((version >= 1)), CONSTRAINT "workflow_versions_definition_check" CHECK (((jsonb_typeof(definition) = 'object'::text) AND private.is_sound_json(definition, 1000000, 24))));

ALTER TABLE "public"."workflow_versions" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."workflow_versions" OWNER TO "postgres";

-- By hand: filled again at the end, from the claims.
delete from private.claim_scopes where true;

ALTER TABLE "private"."claim_scopes" ADD COLUMN "effective_from" timestamp with time zone NOT NULL;

ALTER TABLE "private"."claim_scopes" ADD COLUMN "effective_to" timestamp with time zone;

ALTER TABLE "private"."claim_scopes" ADD COLUMN "is_approved" boolean NOT NULL;

ALTER TABLE "public"."claim_approvals" ADD COLUMN "reviewer_role" text;

ALTER TABLE "public"."claim_approvals" ADD COLUMN "is_amended" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "source" text NOT NULL DEFAULT 'ai'::text;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "is_current" boolean NOT NULL DEFAULT true;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "checked_text" text;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "claims_state" text;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "valid_until" timestamp with time zone;

ALTER TABLE "public"."claim_reviews" ADD COLUMN "product_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[];

ALTER TABLE "public"."claims" ADD COLUMN "archived_at" timestamp with time zone;

ALTER TABLE "public"."ingredients" ADD COLUMN "archived_at" timestamp with time zone;

ALTER TABLE "public"."ingredients" ADD COLUMN "version" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."market_overrides" ADD COLUMN "version" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."master_claim_brands" ADD COLUMN "archived_at" timestamp with time zone;

ALTER TABLE "public"."master_claim_brands" ADD COLUMN "version" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."plans" ADD COLUMN "workflows" text[];

ALTER TABLE "public"."products" ADD COLUMN "archived_at" timestamp with time zone;

ALTER TABLE "public"."products" ADD COLUMN "version" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."workflow_actions" ADD COLUMN "round" integer;

ALTER TABLE "public"."workflow_actions" ADD COLUMN "from_id" uuid;

ALTER TABLE "public"."workflow_actions" ADD COLUMN "to_id" uuid;

ALTER TABLE "public"."workflow_instances" ADD COLUMN "escalate_to" uuid;

ALTER TABLE "public"."workflow_steps" ADD COLUMN "reminder_percent" integer NOT NULL DEFAULT 80;

ALTER TABLE "public"."workflow_tasks" ADD COLUMN "reminder_percent" integer NOT NULL DEFAULT 80;

ALTER TABLE "public"."workflow_tasks" ADD COLUMN "on_behalf_of" uuid;

ALTER TABLE "public"."workflows" ADD COLUMN "archived_at" timestamp with time zone;

CREATE TYPE "private"."task_head" AS ("id" uuid, "brand_id" uuid, "content_id" uuid, "instance_id" uuid, "step_run_id" uuid, "assignee_id" uuid, "on_behalf_of" uuid, "reassigned_to" uuid, "status" text, "decision" text, "comment" text, "round" integer, "created_at" timestamp with time zone, "due_at" timestamp with time zone, "decided_at" timestamp with time zone, "reminded_at" timestamp with time zone, "escalated_at" timestamp with time zone, "step_name" text, "step_position" integer, "definition" jsonb, "is_open" boolean, "workflow_id" uuid, "workflow_name" text, "run_started_at" timestamp with time zone, "brand_name" text, "brand_slug" text, "title" text, "type" text, "content_status" text, "version" integer, "content_due_at" timestamp with time zone, "author_id" uuid, "excerpt" text, "has_task" boolean, "has_decided" boolean);

ALTER TYPE "private"."task_head" OWNER TO "postgres";

ALTER TYPE "private"."content_details" ADD ATTRIBUTE "review" jsonb CASCADE;

CREATE OR REPLACE FUNCTION private.active_delegation(person uuid, brand uuid)
 RETURNS private.delegations
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select delegations.*
  from private.delegations
  where
    delegations.user_id = active_delegation.person
    and now() >= delegations.starts_at and now() < delegations.ends_at
    and (delegations.brand_id is null or delegations.brand_id = active_delegation.brand)
  order by delegations.brand_id nulls last, delegations.id desc
  limit 1;
$function$;

ALTER FUNCTION "private"."active_delegation"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.add_workflow(brand uuid, definition jsonb, is_active boolean)
 RETURNS public.workflows
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  given public.workflows;
  workflow public.workflows;
begin
  given := jsonb_populate_record(null::public.workflows, definition - array['steps', 'escalate_to']);
  perform set_config('mixerai.workflow_in_hand', 'new', true);
  insert into public.workflows (
    brand_id, name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to
  )
  values (
    brand, given.name, given.description, given.content_types, given.is_default, add_workflow.is_active, given.type,
    given.timeout_hours, (private.member_ids(jsonb_build_array(definition -> 'escalate_to'), brand))[1]
  )
  returning * into workflow;
  perform private.write_steps(workflow, definition -> 'steps');
  perform private.keep_workflow_version(workflow);
  perform set_config('mixerai.workflow_in_hand', '', true);
  return workflow;
end;
$function$;

ALTER FUNCTION "private"."add_workflow"(uuid, jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.advance_run(run public.workflow_instances, content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
begin
  loop
    step_run := private.next_ready_step(run);
    exit when step_run.id is null;
    if not private.step_applies(step_run, content) then
      update public.workflow_step_runs set status = 'skipped', closed_at = now()
      where workflow_step_runs.id = step_run.id;
      perform private.record_action(run, step_run, 'skip', 'its condition does not hold');
    elsif step_run.definition ->> 'type' = 'notification' then
      perform private.append_run_event(run, 'WorkflowNotification', jsonb_build_object(
        'step', step_run.name, 'userIds', to_jsonb(array(select private.step_assignees(step_run)))
      ));
      update public.workflow_step_runs set status = 'approved', opened_at = now(), closed_at = now()
      where workflow_step_runs.id = step_run.id;
    else
      perform private.open_step(run, step_run);
    end if;
  end loop;
  if not private.is_run_satisfied(run.id) then
    return false;
  end if;
  perform private.end_run(content.id, 'completed', 'approved', '');
  return true;
end;
$function$;

CREATE OR REPLACE FUNCTION private.announce_catalogue(master_claim_brand_id uuid, kind text, item_id uuid, operation text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- One event for each linked tenant, so that no tenant learns of another.
  select private.append_event(link.brand_id, 'brand', link.brand_id, 'CatalogueChanged', jsonb_build_object(
    'kind', kind, 'id', item_id, 'operation', operation
  ))
  from public.brand_master_claim_brands as link
  where link.master_claim_brand_id = announce_catalogue.master_claim_brand_id;
$function$;

ALTER FUNCTION "private"."announce_catalogue"(uuid, text, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_evidence(evidence private.claim_evidence, change text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Who changed it stands in the log of each linked tenant; audit and events name nobody of another one.
  select private.announce_claim(
    evidence.claim_id, 'EvidenceChanged', jsonb_build_object('evidenceId', evidence.id, 'change', change)
  );
$function$;

ALTER FUNCTION "private"."announce_evidence"(private.claim_evidence, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_expiry(evidence_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  evidence private.claim_evidence;
  reached integer;
  brand uuid;
begin
  select * into evidence
  from private.claim_evidence as found
  where found.id = announce_expiry.evidence_id and found.status = 'accepted'
  for update skip locked;
  reached := private.expiry_mark(evidence.expires_on);
  if reached is null or evidence.announced_days <= reached then
    return null;
  end if;
  for brand in
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    inner join public.brands on brands.id = link.brand_id and brands.deleted_at is null
    where link.master_claim_brand_id in (select private.claim_master_brands(evidence.claim_id))
    order by link.brand_id
  loop
    -- The new task takes the place of that of an earlier mark.
    update private.claim_tasks as task
    set state = 'dismissed', closed_at = now(), closing_comment = 'a later reminder took its place'
    where task.brand_id = brand and task.evidence_id = evidence.id and task.state = 'open' and task.mark > reached;
    insert into private.claim_tasks (brand_id, kind, claim_id, evidence_id, title, mark, due_on)
    values (
      brand, 'evidence_expiring', evidence.claim_id, evidence.id,
      format(
        case reached when 0 then 'Evidence "%s" has expired' else 'Evidence "%s" expires on %s' end,
        evidence.title, evidence.expires_on
      ), reached, evidence.expires_on
    )
    on conflict do nothing;
    perform private.append_event(brand, 'claim', evidence.claim_id, 'EvidenceExpiring', jsonb_build_object(
      'evidenceId', evidence.id, 'expiresOn', evidence.expires_on, 'days', reached
    ));
  end loop;
  update private.claim_evidence as kept set announced_days = reached where kept.id = evidence.id;
  return case reached when 0 then 'expired' else 'expiring' end;
end;
$function$;

ALTER FUNCTION "private"."announce_expiry"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_ingredient(ingredient_id uuid, operation text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.announce_catalogue(about.master_claim_brand_id, 'ingredient', announce_ingredient.ingredient_id, operation)
  from (
    select distinct products.master_claim_brand_id
    from public.product_ingredients as part
    inner join public.products on products.id = part.product_id
    where part.ingredient_id = announce_ingredient.ingredient_id
  ) as about;
$function$;

ALTER FUNCTION "private"."announce_ingredient"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.answer_parts(page private.content_page, version integer, OUT allowed_actions text[], OUT readable text[], OUT people jsonb, OUT review jsonb)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(page.brands);
  facts constant private.content_facts [] := private.content_facts(page, access);
  granted record;
begin
  if facts = '{}' then
    perform private.require_permission(page.brands[1], 'content.read', 'content');
  end if;
  granted := private.granted_actions(facts[1], access[1]);
  allowed_actions := granted.allowed_actions;
  readable := granted.readable;
  people := private.people_named(page.people || page.creators, access);
  -- No other state has a review.
  if page.statuses[1] in ('draft', 'pending_review', 'in_review') then
    review := private.review_of(
      page.ids[1], page.statuses[1], version, page.creators[1], access, allowed_actions
    );
  end if;
end;
$function$;

ALTER FUNCTION "private"."answer_parts"(private.content_page, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.answer_with(content public.contents, access private.brand_access[], allowed_actions text[], readable text[])
 RETURNS private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  people jsonb := '{}';
  review jsonb;
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    people := private.people_named(
      -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
      case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
      || array[content.created_by, content.updated_by, content.published_by],
      access
    );
    review := private.review_of(
      content.id, content.status::text, content.version, content.created_by, access, allowed_actions
    );
  end if;
  return (
    content.id, content.brand_id, content.template_id, content.template_version, content.type,
    content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
    content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
    content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
    content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
    content.created_at, content.updated_by, content.updated_at, content.deleted_at,
    coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}'), review
  )::private.content_details;
end;
$function$;

CREATE OR REPLACE FUNCTION private.approval_brand(claim_id uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select master from private.claim_master_brands(approval_brand.claim_id) as master order by master limit 1;
$function$;

ALTER FUNCTION "private"."approval_brand"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.ask_people(run public.workflow_instances, step_run public.workflow_step_runs, people uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  person uuid;
begin
  -- Those who are there come first: then it is known whom the step asks already when stand-ins are looked for.
  for person in
    select each from unnest(people) as each
    order by (private.active_delegation(each, step_run.brand_id)).id is not null, each
  loop
    perform private.assign_task(run, step_run, person);
  end loop;
end;
$function$;

ALTER FUNCTION "private"."ask_people"(public.workflow_instances, public.workflow_step_runs, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.assign_task(run public.workflow_instances, step_run public.workflow_step_runs, assignee uuid, excluded uuid[] DEFAULT '{}'::uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  stand_ins constant uuid [] := private.stand_ins(assignee, step_run, excluded);
  person uuid;
  -- The people of a step that was escalated are not chased again when one of their tasks goes to somebody else.
  chased_at constant timestamptz := (
    select max(other.escalated_at) from public.workflow_tasks as other
    where
      other.step_run_id = step_run.id and other.round = step_run.round and step_run.due_at <= now()
  );
begin
  foreach person in array stand_ins loop
    insert into public.workflow_tasks as tasks (
      instance_id, step_run_id, round, brand_id, content_id, assignee_id, due_at, on_behalf_of,
      reminder_percent, escalated_at
    )
    values (
      run.id, step_run.id, step_run.round, run.brand_id, run.content_id, person, step_run.due_at,
      nullif(assignee, person), coalesce((step_run.definition ->> 'reminder_percent')::integer, 80), chased_at
    )
    on conflict on constraint workflow_tasks_once_key do update
      set
        status = 'pending', decision = null, decided_at = null, reassigned_to = null, created_at = now(),
        reminded_at = null, escalated_at = excluded.escalated_at, on_behalf_of = excluded.on_behalf_of
      where tasks.status in ('reassigned', 'cancelled')
    returning * into task;
    if task.id is not null then
      perform private.append_run_event(run, 'TaskAssigned', jsonb_build_object(
        'taskId', task.id, 'assigneeId', task.assignee_id, 'step', step_run.name, 'dueAt', task.due_at
      ) || case
        when task.on_behalf_of is null then '{}' else jsonb_build_object('onBehalfOf', task.on_behalf_of)
      end);
    end if;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.assignment_brands(person uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  managed constant uuid [] := private.brands_permitting('workflow.write');
begin
  return array(
    select brands.id from public.brands
    where
      brands.id = any (managed)
      and (
        exists (
          select from public.brand_members as member where member.brand_id = brands.id and member.user_id = person
        )
        or exists (
          select from public.workflow_tasks as task
          where task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
        )
        or private.coming_steps(person, brands.id) > 0
      )
    order by brands.name, brands.id
  );
end;
$function$;

ALTER FUNCTION "private"."assignment_brands"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.assignment_problems(step jsonb, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  path constant text := format('steps.%s.', step ->> 'index');
  kind constant text := step ->> 'assignment_type';
  least_role constant public.brand_role := (step ->> 'assigned_role')::public.brand_role;
  problems jsonb := '[]';
  entry record;
begin
  if kind = 'creator' then
    return problems;
  end if;
  for entry in
    select people.written, people.number - 1 as index
    from jsonb_array_elements_text(step -> 'assignees') with ordinality as people (written, number)
    where kind <> 'role'
  loop
    if private.is_active_member(private.person_of_definition(entry.written), brand) is not true then
      problems := problems || (
        private.problem('NOT_A_MEMBER', 'is not an active member of the brand')
        || jsonb_build_object('field', path || 'assignees.' || entry.index)
      );
    end if;
  end loop;
  if problems <> '[]' then
    return problems;
  end if;
  if kind = 'role' and least_role is null then
    return jsonb_build_array(private.problem('REQUIRED_FIELD_MISSING', 'is required for the assignment by role')
      || jsonb_build_object('field', path || 'assignedRole'));
  elsif
    kind <> 'role' and jsonb_array_length(step -> 'assignees') = 0
    and (kind in ('user', 'group') or least_role is null)
  then
    return jsonb_build_array(private.problem('NOBODY_TO_ASK', case
      when kind in ('user', 'group') then 'the step names nobody'
      else 'the step needs people, or a role whose members take turns'
    end) || jsonb_build_object('field', path || 'assignees'));
  elsif (kind = 'role' or jsonb_array_length(step -> 'assignees') = 0) and not exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id and profiles.is_active
    where
      member.brand_id = assignment_problems.brand and member.role >= least_role
      and (member.expires_at is null or member.expires_at > now())
  ) then
    return jsonb_build_array(private.problem('NOBODY_TO_ASK', format('the brand has no %s', least_role))
      || jsonb_build_object('field', path || 'assignedRole'));
  end if;
  return problems;
end;
$function$;

ALTER FUNCTION "private"."assignment_problems"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.assignments_in(person uuid, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select
      jsonb_build_object(
        'brand', jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug),
        'is_member', private.is_active_member(person, brands.id),
        'steps', coalesce((
          select jsonb_agg(jsonb_build_object(
            'id', step.id, 'name', step.name, 'position', step.position, 'workflow_id', workflows.id,
            'workflow', workflows.name, 'is_active', workflows.is_active,
            'other_assignees', (
              select count(*) from public.workflow_step_assignees as other
              where other.step_id = step.id and other.user_id <> person
            )
          ) order by workflows.name, step.position)
          from public.workflow_step_assignees as named
          inner join public.workflow_steps as step on step.id = named.step_id
          inner join public.workflows on workflows.id = step.workflow_id
          where named.user_id = person and named.brand_id = brands.id
        ), '[]'),
        'escalations', coalesce((
          select jsonb_agg(jsonb_build_object(
            'workflow_id', workflows.id, 'workflow', workflows.name, 'is_active', workflows.is_active
          ) order by workflows.name)
          from public.workflows where workflows.brand_id = brands.id and workflows.escalate_to = person
        ), '[]'),
        'open_tasks', (
          select count(*) from public.workflow_tasks as task
          where task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
        ),
        'overdue_tasks', (
          select count(*) from public.workflow_tasks as task
          where
            task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
            and task.due_at <= now()
        ),
        'coming_steps', private.coming_steps(person, brands.id)
      )
    from public.brands where brands.id = brand
  );
end;
$function$;

ALTER FUNCTION "private"."assignments_in"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.automated_checks()
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return array['claims', 'complete'];
end;
$function$;

ALTER FUNCTION "private"."automated_checks"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.begin_review(content public.contents, workflow_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows := private.resolve_workflow(
    content.brand_id, content.type, workflow_id
  );
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  -- Before the audit log is locked: whoever deletes or renames the workflow locks it first and then the log.
  perform from public.workflows where workflows.id = workflow.id for key share;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.bounded_definition(definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  field text;
begin
  -- Before anything is computed: readers may send what they like, and checks take time with each step and person.
  if jsonb_typeof(definition) is distinct from 'object' or not private.is_sound_json(definition, 1000000, 24) then
    field := 'definition';
  elsif jsonb_typeof(coalesce(definition -> 'steps', '[]')) <> 'array' then
    field := 'steps';
  elsif jsonb_array_length(coalesce(definition -> 'steps', '[]')) > 20 then
    field := 'steps';
  elsif
    jsonb_array_length(private.as_array(coalesce(definition -> 'content_types', '[]'))) > 100
  then
    field := 'contentTypes';
  else
    select format('steps.%s.%s', step.number - 1, part.name) into field
    from jsonb_array_elements(coalesce(definition -> 'steps', '[]')) with ordinality as step (definition, number)
    cross join (values ('prerequisites', 19), ('assignees', 50)) as part (name, most)
    where jsonb_array_length(private.as_array(coalesce(step.definition -> part.name, '[]'))) > part.most
    limit 1;
  end if;
  if field is not null then
    perform private.refuse(400, 'the workflow is too large', jsonb_build_array(
      private.problem('VALUE_TOO_LONG', 'has too many values, or values that are too long')
      || jsonb_build_object('field', field)
    ));
  end if;
  return private.normal_definition(definition);
end;
$function$;

ALTER FUNCTION "private"."bounded_definition"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.catalogue_actions(archived_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when not private.is_platform_admin() then '["read"]'
    when archived_at is null then '["archive", "read", "update"]'
    else '["read", "restore", "update"]'
  end::jsonb;
end;
$function$;

ALTER FUNCTION "private"."catalogue_actions"(timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.catalogue_page(items jsonb, total bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$function$;

ALTER FUNCTION "private"."catalogue_page"(jsonb, bigint) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.chase_at(created_at timestamp with time zone, due_at timestamp with time zone, reminded_at timestamp with time zone, reminder_percent integer DEFAULT 80)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when chase_at.reminded_at is not null or not isfinite(chase_at.due_at) then chase_at.due_at
    else chase_at.created_at + make_interval(
      secs => chase_at.reminder_percent / 100.0 * extract(epoch from chase_at.due_at - chase_at.created_at)
    )
  end;
$function$;

ALTER FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.chase_task(task_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
  outcome text;
begin
  select tasks.* into task
  from public.workflow_tasks as tasks
  inner join public.contents on contents.id = tasks.content_id
  where tasks.id = chase_task.task_id and tasks.status = 'pending' and tasks.escalated_at is null
  -- Commands lock the content as well: a content that is being decided is left for the next call.
  for update of contents, tasks skip locked;
  -- A reminder at a share of the time, 80 % unless the step says otherwise, an escalation at its end, each once (domain §5).
  outcome := case
    when task.due_at <= now() then 'escalated'
    when task.reminded_at is null and private.chase_at(
      task.created_at, task.due_at, null, task.reminder_percent
    ) <= now() then 'reminded'
  end;
  if outcome is null then
    return null;
  end if;
  run := private.active_run(task.content_id);
  update public.workflow_tasks
  set
    reminded_at = coalesce(workflow_tasks.reminded_at, now()),
    escalated_at = case when outcome = 'escalated' then now() end
  where workflow_tasks.id = task.id;
  perform private.append_run_event(
    run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
    jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
  );
  if outcome = 'escalated' then
    perform private.escalate_task(run, task);
  end if;
  return outcome;
end;
$function$;

CREATE OR REPLACE FUNCTION private.check_round(step_run public.workflow_step_runs, expected_round integer)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if step_run.round <> expected_round then
    perform private.refuse(409, 'the step was opened again', jsonb_build_array(jsonb_build_object(
      'field', 'round', 'code', 'CONFLICT', 'message', step_run.round::text
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."check_round"(public.workflow_step_runs, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_actions(claim public.claims, masters uuid[], is_platform boolean, writable uuid[], step public.claim_approval_steps)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_writer constant boolean := is_platform or (
    claim.level <> 'ingredient' and cardinality(masters) > 0 and masters <@ writable
  );
  is_pending constant boolean := claim.approval is not distinct from 'pending';
  actions text [] := '{read}';
begin
  if claim.archived_at is not null then
    return case when is_writer then '{delete,read,restore}' else actions end;
  end if;
  if is_writer or private.is_own_claim(claim, masters) then
    actions := actions || 'update'::text;
  end if;
  if is_writer and not is_pending then
    actions := actions || '{archive,delete}'::text [];
    if step.id is not null then
      actions := actions || 'submit'::text;
    end if;
  end if;
  if is_pending and private.decision_problem(claim, step) is null then
    actions := actions || 'decide'::text;
  end if;
  return array(select action from unnest(actions) as action order by action);
end;
$function$;

ALTER FUNCTION "private"."claim_actions"(public.claims, uuid[], boolean, uuid[], public.claim_approval_steps) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_answer(claim_id uuid)
 RETURNS SETOF jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.claim_documents(array[claim_answer.claim_id]) -> 0;
$function$;

ALTER FUNCTION "private"."claim_answer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_brand_document(master public.master_claim_brands)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select to_jsonb(master) - array['created_by', 'updated_by'] || jsonb_build_object(
    'brands', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug) order by brands.name, brands.id
      ), '[]')
      from public.brand_master_claim_brands as link
      inner join public.brands on brands.id = link.brand_id
      where
        link.master_claim_brand_id = master.id
        and (private.is_platform_admin() or link.brand_id = any (private.brands_permitting('claim.read')))
    ),
    'uses', jsonb_build_object(
      'products', (
        select count(*) from public.products where products.master_claim_brand_id = master.id and products.archived_at is null
      ),
      'claims', (
        select count(*) from public.claims where claims.master_claim_brand_id = master.id and claims.archived_at is null
      )
    ),
    'allowed_actions', private.catalogue_actions(master.archived_at)
  );
$function$;

ALTER FUNCTION "private"."claim_brand_document"(public.master_claim_brands) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_check_details(review public.claim_reviews, most integer DEFAULT 500)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  shown constant jsonb := private.shown_findings(review.findings, most);
begin
  select * into content from private.content_by_id(review.content_id);
  return private.claim_check_document(review, exists (
    select from private.holding_checks(content) as holding where holding.check_id = review.id
  )) || jsonb_build_object(
    'findings', shown,
    'omitted_findings', jsonb_array_length(private.as_array(review.findings)) - jsonb_array_length(shown)
  );
end;
$function$;

ALTER FUNCTION "private"."claim_check_details"(public.claim_reviews, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_check_document(review public.claim_reviews, is_valid boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Taken apart before it is turned into JSON: findings may be megabytes.
  review.checked_text := null;
  review.claims_state := null;
  review.findings := '[]';
  return to_jsonb(review) - array['created_by', 'overridden_by', 'checked_text', 'claims_state', 'findings']
    || jsonb_build_object(
      'checked_by', private.person_document(review.created_by, review.brand_id),
      'overridden_by', private.person_document(review.overridden_by, review.brand_id),
      'is_valid', claim_check_document.is_valid
    );
end;
$function$;

ALTER FUNCTION "private"."claim_check_document"(public.claim_reviews, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_documents(claim_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  is_platform constant boolean := private.is_platform_admin();
  readable constant uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  writable constant uuid [] := private.writable_master_brands();
  people jsonb;
begin
  select private.people_named(array_agg(claims.created_by) || array_agg(claims.updated_by)) into people
  from public.claims where claims.id = any (claim_ids);
  return (
    select coalesce(jsonb_agg(
      (to_jsonb(claim) - array['approval_position', 'master_claim_brand_id']) || jsonb_build_object(
        'subjects', private.claim_subject_documents(claim, readable),
        'step', case when claim.approval = 'pending' then jsonb_build_object(
          'position', step.position, 'name', step.name, 'reviewer_role', step.reviewer_role
        ) end,
        'created_by', private.named_person(claim.created_by, people),
        'updated_by', private.named_person(claim.updated_by, people),
        'allowed_actions', private.claim_actions(claim, about.masters, is_platform, writable, step)
      )
      order by asked.place
    ), '[]')
    from unnest(claim_ids) with ordinality as asked (id, place)
    inner join public.claims as claim on claim.id = asked.id
    cross join lateral (select array(select private.claim_master_brands(claim.id)) as masters) as about
    cross join lateral private.next_approval_step(claim, coalesce(claim.approval_position, 1) - 1) as step
  );
end;
$function$;

ALTER FUNCTION "private"."claim_documents"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_facts(brand uuid, claim_id uuid, language text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  select claims.* into claim
  from public.claims
  where
    claims.id = claim_facts.claim_id and claims.archived_at is null and private.may_read_claim(claims.id)
    and exists (
      select from public.brand_master_claim_brands as link
      where
        link.brand_id = claim_facts.brand
        and link.master_claim_brand_id in (select private.claim_master_brands(claims.id))
    );
  if claim.id is null then
    perform private.refuse(404, 'claim not found');
  end if;
  if not claim.text ? language then
    perform private.refuse(400, 'the claim has no text in this language', jsonb_build_array(jsonb_build_object(
      'field', 'language', 'code', 'INVALID_FORMAT', 'message', 'names no language of the claim'
    )));
  end if;
  return jsonb_build_object('id', claim.id, 'text', claim.text ->> language, 'status', claim.status);
end;
$function$;

ALTER FUNCTION "private"."claim_facts"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_matrix(products uuid[], columns jsonb, markets text[], at timestamp with time zone, query text, levels public.claim_level[], statuses text[], language text, row_offset integer, row_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  shown uuid [] := array(
    select distinct (place.entry ->> 'product_id')::uuid from jsonb_array_elements(columns) as place (entry)
  );
  keys text [];
  claims uuid [];
  total bigint;
  rows jsonb;
begin
  with texts as materialized (
    select found.* from private.matrix_texts(products, markets, at, query, levels) as found
  ),
  held as (
    select distinct cell.original_key
    from private.matrix_cells(shown, markets, at, null) as cell
    where statuses is not null and cell.status = any (statuses)
  ),
  matching as materialized (
    select texts.* from texts
    where statuses is null or texts.text_key in (select held.original_key from held)
  )
  select
    (select count(*) from matching), array_agg(page.text_key order by page.text_key collate "C"),
    array_agg(page.claim_id order by page.text_key collate "C")
  into total, keys, claims
  from (
    select matching.* from matching order by matching.text_key collate "C" offset row_offset limit row_limit
  ) as page;
  with cells as materialized (
    select found.* from private.matrix_cells(shown, markets, at, coalesce(keys, '{}')) as found
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'text', coalesce(claim.text ->> language, claim.text ->> 'original'),
        'cells', (
          select jsonb_agg(
            case when cell.claim_id is null then '{"status": "none"}' else jsonb_build_object(
              'status', cell.status, 'source', case cell.scope when 1 then 'override' else cell.level::text end,
              'level', cell.level, 'is_master', cell.is_master, 'claim_id', cell.claim_id,
              'override_id', cell.override_id
            ) end
            order by place.number
          )
          from jsonb_array_elements(columns) with ordinality as place (entry, number)
          left join cells as cell
            on
              cell.original_key = line.text_key
              and cell.product_id = (place.entry ->> 'product_id')::uuid
              and cell.market = place.entry ->> 'market'
        )
      )
      order by line.number
    )
  into rows
  from unnest(keys, claims) with ordinality as line (text_key, claim_id, number)
  inner join public.claims as claim on claim.id = line.claim_id;
  return jsonb_build_object(
    'columns', columns, 'items', coalesce(rows, '[]'), 'total', total,
    'summary', (
      select coalesce(jsonb_object_agg(counted.status, counted.cells), '{}')
      from (
        select cell.entry ->> 'status' as status, count(*) as cells
        from jsonb_array_elements(rows) as shown_row (entry)
        cross join jsonb_array_elements(shown_row.entry -> 'cells') as cell (entry)
        group by cell.entry ->> 'status'
      ) as counted
    )
  );
end;
$function$;

ALTER FUNCTION "private"."claim_matrix"(uuid[], jsonb, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_reference(claim public.claims)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case when claim.id is not null then jsonb_build_object(
    'id', claim.id, 'text', claim.text ->> 'original', 'status', claim.status, 'level', claim.level
  ) end;
end;
$function$;

ALTER FUNCTION "private"."claim_reference"(public.claims) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_sentences(claim_ids uuid[], brands uuid[], only_market text DEFAULT NULL::text)
 RETURNS TABLE(brand_id uuid, content_id uuid, content_title text, content_status text, content_version integer, is_published boolean, market text, section text, sentence text, start_offset integer, end_offset integer, sentence_offset integer, claim_id uuid, claim_version integer, claim_text text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    content.brand_id, content.id, content.title, content.status::text, made.content_version, true, made.market,
    made.section, made.sentence, made.start_offset, made.end_offset, made.sentence_offset, made.claim_id,
    made.claim_version, made.claim_text
  from private.publication_claims as made
  inner join public.contents as content
    on content.id = made.content_id and content.version = made.content_version
  where
    made.claim_id = any (claim_sentences.claim_ids) and made.brand_id = any (claim_sentences.brands)
    and content.status = 'published' and content.deleted_at is null
    and (claim_sentences.only_market is null or made.market = claim_sentences.only_market)
  union all
  select
    content.brand_id, content.id, content.title, content.status::text, review.content_version, false, review.country,
    finding ->> 'section', finding ->> 'sentence', private.place_in(finding, 'start'), private.place_in(finding, 'end'),
    private.place_in(finding, 'sentenceStart'), asked.id, private.place_in(finding, 'claimVersion'),
    finding ->> 'claimText'
  from unnest(claim_sentences.claim_ids) as asked (id)
  inner join public.claim_reviews as review
    on review.findings @> jsonb_build_array(jsonb_build_object('claimId', asked.id))
  inner join public.contents as content on content.id = review.content_id
  cross join lateral jsonb_array_elements(private.as_array(review.findings)) as finding
  where
    review.source = 'check' and review.is_current and review.brand_id = any (claim_sentences.brands)
    and content.status not in ('published', 'archived') and content.deleted_at is null
    and finding ->> 'claimId' = asked.id::text and finding ->> 'verdict' <> 'missing'
    and (claim_sentences.only_market is null or review.country = claim_sentences.only_market);
$function$;

ALTER FUNCTION "private"."claim_sentences"(uuid[], uuid[], text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_settings_document(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  settings private.claim_settings;
begin
  select * into settings from private.claim_settings as found where found.brand_id = claim_settings_document.brand_id;
  return jsonb_build_object(
    'brand_id', brand_id, 'markets', coalesce(settings.markets, '{}'),
    'checked_markets', private.markets_to_check(brand_id),
    'is_delivered', coalesce(settings.is_delivered, false),
    'has_claims', private.claims_state(brand_id) is not null, 'version', coalesce(settings.version, 1),
    'allowed_actions', to_jsonb(array_remove(array['read', case
      when private.permits(brand_id, 'brand.update') and private.permits(brand_id, 'claim.write') then 'update'
    end], null))
  );
end;
$function$;

ALTER FUNCTION "private"."claim_settings_document"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_subject_documents(claim public.claims, masters uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(
    jsonb_build_object('kind', named.kind, 'id', named.id, 'name', named.name, 'is_archived', named.archived_at is not null)
    order by named.name, named.id
  ), '[]')
  from (
    select 'claim_brand' as kind, master.id, master.name, master.archived_at
    from public.master_claim_brands as master where master.id = claim.master_claim_brand_id
    union all
    select 'product', product.id, product.name, product.archived_at
    from public.claim_subjects as subject
    inner join public.products as product on product.id = subject.product_id
    where subject.claim_id = claim.id and (masters is null or product.master_claim_brand_id = any (masters))
    union all
    select 'ingredient', ingredient.id, ingredient.name, ingredient.archived_at
    from public.claim_subjects as subject
    inner join public.ingredients as ingredient on ingredient.id = subject.ingredient_id
    where subject.claim_id = claim.id and (masters is null or exists (
      select from public.product_ingredients as part
      inner join public.products as product on product.id = part.product_id
      where part.ingredient_id = ingredient.id and product.master_claim_brand_id = any (masters)
    ))
  ) as named;
$function$;

ALTER FUNCTION "private"."claim_subject_documents"(public.claims, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_task_document(task private.claim_tasks)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- No longer once the brand is linked to the catalogue brand of the claim no more.
  is_readable constant boolean := private.may_read_claim(task.claim_id);
begin
  return to_jsonb(task) - array['assignee_id', 'closed_by', 'created_by', 'mark'] || jsonb_build_object(
    'days', case when task.kind = 'evidence_expiring' then task.mark end,
    'title', case when is_readable then task.title else 'A claim that you may no longer read' end,
    'draft', case when is_readable then task.draft end,
    'claim_text', case when is_readable then (
      select claims.text ->> 'original' from public.claims where claims.id = task.claim_id
    ) end,
    'content_title', (select contents.title from public.contents where contents.id = task.content_id),
    'assignee', private.person_document(task.assignee_id, task.brand_id),
    'closed_by', private.person_document(task.closed_by, task.brand_id),
    'created_by', private.person_document(task.created_by, task.brand_id),
    'allowed_actions', case
      when task.state = 'open' and private.may_close_claim_task(task) then '["dismiss", "done", "read"]'::jsonb
      else '["read"]'
    end
  );
end;
$function$;

ALTER FUNCTION "private"."claim_task_document"(private.claim_tasks) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_about(master_brands uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select claims.id from public.claims where claims_about.master_brands is null
  union
  select claims.id from public.claims where claims.master_claim_brand_id = any (claims_about.master_brands)
  union
  select subject.claim_id
  from public.products as product
  inner join public.claim_subjects as subject on subject.product_id = product.id
  where product.master_claim_brand_id = any (claims_about.master_brands)
  union
  select subject.claim_id
  from public.products as product
  inner join public.product_ingredients as part on part.product_id = product.id
  inner join public.claim_subjects as subject on subject.ingredient_id = part.ingredient_id
  where product.master_claim_brand_id = any (claims_about.master_brands);
$function$;

ALTER FUNCTION "private"."claims_about"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_hold_until(brand_id uuid, markets text[], at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with masters as (
    select link.master_claim_brand_id as id
    from public.brand_master_claim_brands as link where link.brand_id = claims_hold_until.brand_id
  ),
  subjects as (
    select masters.id from masters
    union
    select products.id from public.products inner join masters on masters.id = products.master_claim_brand_id
    union
    select part.ingredient_id
    from public.product_ingredients as part
    inner join public.products on products.id = part.product_id
    inner join masters on masters.id = products.master_claim_brand_id
  )
  select least(min(bound.at), min(evidence.expires_on::timestamptz))
  from subjects
  inner join private.claim_scopes as scoped
    on
      scoped.subject_id = subjects.id
      and (scoped.country = '__GLOBAL__' or scoped.country = any (claims_hold_until.markets))
  left join private.claim_evidence as evidence
    on
      evidence.claim_id = scoped.claim_id and evidence.status = 'accepted'
      and evidence.expires_on::timestamptz > claims_hold_until.at
  left join lateral (
    values (scoped.effective_from), (scoped.effective_to)
  ) as bound (at) on bound.at > claims_hold_until.at;
$function$;

ALTER FUNCTION "private"."claims_hold_until"(uuid, text[], timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_in_force(products uuid[], markets text[], at timestamp with time zone, text_keys text[] DEFAULT NULL::text[])
 RETURNS TABLE(product_id uuid, market text, claim_id uuid, text_key text, status public.claim_status, level public.claim_level, scope integer, is_master boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with subjects as (
    -- The product, its catalogue brand and its ingredients. Other catalogue brands of the tenant do not count.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
    where product.id = any (claims_in_force.products) and product.archived_at is null and master.archived_at is null
    union all
    -- Catalogue brands and ingredients, each by itself: see private.general_claims.
    select master.id, master.id from public.master_claim_brands as master
    where master.id = any (claims_in_force.products) and master.archived_at is null
    union all
    select ingredient.id, ingredient.id from public.ingredients as ingredient
    where ingredient.id = any (claims_in_force.products) and ingredient.archived_at is null
  )
  -- A claim of the market and of all markets counts as one of the market: its lower scope wins.
  select
    subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_in_force.markets) as asked (market)
  inner join private.claim_scopes as scoped
    on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', asked.market)
  where
    scoped.is_approved
    and scoped.effective_from <= claims_in_force.at
    and (scoped.effective_to is null or scoped.effective_to > claims_in_force.at)
    and (claims_in_force.text_keys is null or scoped.text_key = any (claims_in_force.text_keys))
  group by subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$function$;

ALTER FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_made(content public.contents)
 RETURNS TABLE(market text, section text, sentence text, start_offset integer, end_offset integer, sentence_offset integer, claim_id uuid, claim_version integer, claim_text text, claim_status text, verdict text, override_reason text, evidence jsonb, check_id uuid)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with made as materialized (
    select
      review.country, finding ->> 'section' as section, left(finding ->> 'sentence', 5000) as sentence,
      private.place_in(finding, 'start') as start_offset, private.place_in(finding, 'end') as end_offset,
      private.place_in(finding, 'sentenceStart') as sentence_offset,
      private.as_uuid(finding ->> 'claimId') as claim_id, private.place_in(finding, 'claimVersion') as claim_version,
      left(finding ->> 'claimText', 500) as claim_text, finding ->> 'status' as claim_status,
      finding ->> 'verdict' as verdict, review.override_reason, review.id as check_id, found.place
    from public.claim_reviews as review
    cross join lateral jsonb_array_elements(private.as_array(review.findings)) with ordinality as found (finding, place)
    where
      review.content_id = claims_made.content.id and review.source = 'check' and review.is_current
      and review.checked_text = (select private.text_fingerprint(claims_made.content))
      and private.as_uuid(finding ->> 'claimId') is not null and finding ->> 'verdict' <> 'missing'
  ),
  -- Once for each claim, not for each sentence.
  proofs as materialized (
    select named.claim_id, private.evidence_snapshot(named.claim_id) as evidence
    from (select distinct made.claim_id from made) as named
  )
  select
    made.country, made.section, made.sentence, made.start_offset, made.end_offset, made.sentence_offset, made.claim_id,
    made.claim_version, made.claim_text, made.claim_status, made.verdict, made.override_reason, proofs.evidence,
    made.check_id
  from made
  inner join proofs on proofs.claim_id = made.claim_id
  order by made.country, made.place;
$function$;

ALTER FUNCTION "private"."claims_made"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_of_texts(products uuid[], text_keys text[], markets text[], at timestamp with time zone)
 RETURNS TABLE(product_id uuid, market text, claim_id uuid, text_key text, status public.claim_status, level public.claim_level, scope integer, is_master boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with asked as (
    select distinct pair.product_id, pair.text_key
    from unnest(claims_of_texts.products, claims_of_texts.text_keys) as pair (product_id, text_key)
  ),
  -- Each pair is looked up by itself: a join would compare each text with each claim of the catalogue brand.
  subjects as (
    select asked.product_id, asked.text_key, subject.id as subject_id
    from asked
    inner join public.products as product on product.id = asked.product_id and product.archived_at is null
    inner join public.master_claim_brands as master
      on master.id = product.master_claim_brand_id and master.archived_at is null
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
  )
  select
    subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_of_texts.markets) as of_market (market)
  cross join lateral (
    select claim_scopes.*
    from private.claim_scopes
    where
      claim_scopes.subject_id = subjects.subject_id and claim_scopes.country in ('__GLOBAL__', of_market.market)
      and claim_scopes.text_key = subjects.text_key
    offset 0
  ) as scoped
  where
    scoped.is_approved
    and scoped.effective_from <= claims_of_texts.at
    and (scoped.effective_to is null or scoped.effective_to > claims_of_texts.at)
  group by subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$function$;

ALTER FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_refusal(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  markets text[];
  checked text[];
  missing text;
begin
  if private.has_open_violations(content) then
    return 'the claims check found violations';
  elsif private.claims_state(content.brand_id) is null then
    return null;
  end if;
  checked := array(select holding.market from private.holding_checks(content) as holding);
  markets := private.markets_to_check(content.brand_id);
  if cardinality(markets) = 0 then
    return case when cardinality(checked) = 0 then
      'this text has not been checked against the claims of a market, and the brand has neither a country nor markets'
    end;
  end if;
  select string_agg(market, ', ' order by market) into missing
  from unnest(markets) as market
  where market <> all (checked);
  return case when missing is not null then format(
    'this text has not been checked against the present claims of %s: POST /api/v1/contents/%s/claims/check', missing,
    content.id
  ) end;
end;
$function$;

ALTER FUNCTION "private"."claims_refusal"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_state(brand_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  state text;
begin
  select md5(string_agg(
    counted.master_claim_brand_id || ':' || counted.revision, ',' order by counted.master_claim_brand_id
  ))
  into state
  from public.brand_master_claim_brands as link
  inner join private.claim_catalogues as counted on counted.master_claim_brand_id = link.master_claim_brand_id
  where link.brand_id = claims_state.brand_id;
  return state;
end;
$function$;

ALTER FUNCTION "private"."claims_state"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_to_check(brand_id uuid, markets text[], product_ids uuid[], content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  now_at constant timestamptz := now();
  brand public.brands;
begin
  perform private.require_markets(markets);
  perform private.require_products(brand_id, product_ids);
  select * into brand from public.brands where brands.id = claims_to_check.brand_id;
  return jsonb_build_object(
    'brand_id', brand.id, 'language', brand.language, 'at', now_at, 'product_ids', product_ids,
    'state', coalesce(private.claims_state(brand.id), md5('')),
    'valid_until', private.claims_hold_until(brand.id, markets, now_at),
    'markets', (
      select jsonb_agg(jsonb_build_object(
        'market', market, 'claims', private.claims_to_match(brand.id, market, product_ids, now_at)
      ) order by market)
      from unnest(markets) as market
    ),
    'rules', (
      select coalesce(jsonb_agg(to_jsonb(rule) order by rule.id), '[]')
      from private.claim_rules as rule where rule.markets && claims_to_check.markets
    ),
    'content', case when content.id is not null then jsonb_build_object(
      'id', content.id, 'version', content.version, 'text', private.text_fingerprint(content),
      'document', private.delivery_document(content) - 'claims'
    ) end
  );
end;
$function$;

ALTER FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_to_match(brand_id uuid, market text, product_ids uuid[], at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  masters constant uuid[] := array(
    select link.master_claim_brand_id
    from public.brand_master_claim_brands as link where link.brand_id = claims_to_match.brand_id
  );
  is_general constant boolean := cardinality(product_ids) = 0;
begin
  return (
    with resolved as materialized (
      select
        found.*, lower(btrim(found.claim_text, E' \t\n\r')) as text_key,
        lower(btrim(found.original_text, E' \t\n\r')) as original_key
      from private.general_claims(masters, market, at) as found
      where is_general
      union all
      select
        found.*, lower(btrim(found.claim_text, E' \t\n\r')), lower(btrim(found.original_text, E' \t\n\r'))
      from private.resolve_product_claims(product_ids, market, at) as found
      where not is_general
    ),
    -- Of several products the strictest counts: a wording that one of them may not use is no claim of the others.
    barred as (
      select resolved.text_key from resolved where resolved.status in ('none', 'disallowed')
      union
      select replaced.original_key
      from resolved as replaced
      where
        replaced.override_id is not null and replaced.original_key <> replaced.text_key
        and not exists (
          select from resolved as own
          where own.product_id = replaced.product_id and own.text_key = replaced.original_key
        )
    ),
    -- One row for each claim and what became of it, however many products have it.
    kinds as (
      select
        resolved.claim_id, resolved.claim_text, resolved.original_text, resolved.status, resolved.level,
        resolved.override_id is not null as is_override,
        case when resolved.original_key <> resolved.text_key then resolved.master_claim_id end as replaced_id
      from resolved
      left join barred on barred.text_key = resolved.text_key
      where barred.text_key is null or resolved.status in ('none', 'disallowed')
      group by 1, 2, 3, 4, 5, 6, 7
    ),
    proven as (
      select evidence.claim_id, private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), at) as state
      from private.claim_evidence as evidence
      where evidence.status = 'accepted' and evidence.claim_id in (select kinds.claim_id from kinds)
      group by evidence.claim_id
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', kinds.claim_id, 'version', claim.version, 'text', kinds.claim_text, 'original', kinds.original_text,
      'texts', private.as_object(claim.text) - 'original',
      'original_texts', coalesce(private.as_object(replaced.text) - 'original', '{}'),
      'status', kinds.status, 'level', kinds.level, 'is_override', kinds.is_override,
      -- Of a brand in general, only what all of its products must say can be missing.
      'is_demanded', not is_general or kinds.level = 'brand',
      'evidence', coalesce(proven.state, 'none'),
      'has_reference', cardinality(claim.regulatory_references) > 0
    ) order by kinds.claim_id, kinds.claim_text, kinds.status, kinds.replaced_id), '[]')
    from kinds
    inner join public.claims as claim on claim.id = kinds.claim_id
    left join public.claims as replaced on replaced.id = kinds.replaced_id
    left join proven on proven.claim_id = kinds.claim_id
    where kinds.claim_text is not null and kinds.original_text is not null
  );
end;
$function$;

ALTER FUNCTION "private"."claims_to_match"(uuid, text, uuid[], timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.coming_steps(person uuid, brand uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select count(*)
    from public.workflow_step_runs as step_run
    inner join public.workflow_instances as run on run.id = step_run.instance_id and run.status = 'active'
    where
      step_run.brand_id = brand and step_run.status = 'waiting'
      and step_run.definition -> 'assignees' ? person::text
  );
end;
$function$;

ALTER FUNCTION "private"."coming_steps"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.compared_part(table_name text, stored jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case table_name
    when 'claims' then jsonb_build_object(
      'text', stored -> 'text', 'status', stored -> 'status', 'countries', stored -> 'countries',
      'effective_from', stored -> 'effective_from', 'effective_to', stored -> 'effective_to',
      'regulatory_references', stored -> 'regulatory_references',
      'is_archived', stored ->> 'archived_at' is not null,
      'is_approved', coalesce(stored ->> 'approval', 'approved') = 'approved'
    )
    when 'market_overrides' then stored - array['version', 'created_by', 'created_at', 'updated_by', 'updated_at']
    when 'claim_evidence' then case when stored ->> 'status' = 'accepted' then jsonb_build_object(
      'claim_id', stored -> 'claim_id', 'expires_on', stored -> 'expires_on'
    ) end
    else stored
  end;
$function$;

ALTER FUNCTION "private"."compared_part"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_holds(content public.contents, condition jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  value constant jsonb := private.condition_value(content, condition ->> 'field');
begin
  return coalesce(case condition ->> 'operator'
    when 'equals' then value = condition -> 'value'
    when 'not_equals' then value is distinct from condition -> 'value'
    when 'contains' then case jsonb_typeof(value)
      when 'string' then position(lower(condition ->> 'value') in lower(value #>> '{}')) > 0
      else value @> (condition -> 'value')
    end
    when 'in' then condition -> 'value' @> value
    when 'exists' then coalesce(value, 'null') not in ('null', '""', '[]', '{}')
    when 'greater_than' then
      jsonb_typeof(value) = 'number' and jsonb_typeof(condition -> 'value') = 'number' and value > condition -> 'value'
    when 'less_than' then
      jsonb_typeof(value) = 'number' and jsonb_typeof(condition -> 'value') = 'number' and value < condition -> 'value'
  end, false);
end;
$function$;

ALTER FUNCTION "private"."condition_holds"(public.contents, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_problem(condition jsonb, brand uuid, content_types jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  field constant text := condition ->> 'field';
  operator constant text := condition ->> 'operator';
  value constant jsonb := condition -> 'value';
  form constant text := case jsonb_typeof(value)
    when 'string' then 'text' when 'array' then 'list' else jsonb_typeof(value)
  end;
  kinds text [];
begin
  kinds := private.kinds_of_field(brand, content_types, field);
  if cardinality(kinds) = 0 then
    return private.problem('UNKNOWN_FIELD', case
      when field like 'fields.%' then format('no template of the brand has the field %s', substr(field, 8))
      else format('contents have no %s', field)
    end);
  end if;
  if operator <> 'exists' and value is null then
    return private.problem('REQUIRED_FIELD_MISSING', format('the operator %s needs a value', operator));
  end if;
  if not (case operator
    when 'exists' then true
    when 'contains' then kinds && array['text', 'list'] and form in ('text', 'number', 'list')
      and (form = 'text' or 'list' = any (kinds))
    when 'in' then form = 'list' and jsonb_array_length(value) > 0 and not exists (
      select from jsonb_array_elements(value) as item
      where case jsonb_typeof(item) when 'string' then 'text' else jsonb_typeof(item) end <> all (kinds)
        and 'list' <> all (kinds)
    )
    when 'greater_than' then 'number' = any (kinds) and form = 'number'
    when 'less_than' then 'number' = any (kinds) and form = 'number'
    else form = any (kinds)
  end) then
    return private.problem('TYPE_MISMATCH', format(
      '%s is %s: %s cannot compare it with %s', field, array_to_string(kinds, ' or '), operator, left(value::text, 100)
    ));
  end if;
  if field = 'type' and jsonb_array_length(content_types) > 0 and (
    (operator = 'equals' and not content_types ? (value #>> '{}'))
    or (operator = 'in' and not exists (
      select from jsonb_array_elements_text(value) as item where content_types ? item
    ))
  ) then
    return private.problem('STEP_UNREACHABLE', 'the workflow is not for this type of content');
  end if;
  return null;
end;
$function$;

ALTER FUNCTION "private"."condition_problem"(jsonb, uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_text(condition jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return concat_ws(
    ' ', condition ->> 'field', replace(condition ->> 'operator', '_', ' '),
    case when condition ->> 'operator' <> 'exists' then left((condition -> 'value')::text, 200) end
  );
end;
$function$;

ALTER FUNCTION "private"."condition_text"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_value(content public.contents, field text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case split_part(field, '.', 1)
    when 'fields' then content.fields -> split_part(field, '.', 2)
    when 'metadata' then content.metadata -> split_part(field, '.', 2)
    when 'tags' then to_jsonb(content.tags)
    when 'type' then to_jsonb(content.type)
    when 'title' then to_jsonb(content.title)
  end;
end;
$function$;

ALTER FUNCTION "private"."condition_value"(public.contents, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.conflicting_overrides(master_claim_id uuid, product_id uuid, market_country text)
 RETURNS SETOF public.market_overrides
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select other.*
  from public.market_overrides as other
  where
    other.master_claim_id = conflicting_overrides.master_claim_id
    and other.product_id = conflicting_overrides.product_id
    and (other.market_country = '__ALL_COUNTRIES__') <> (conflicting_overrides.market_country = '__ALL_COUNTRIES__')
  order by other.market_country;
$function$;

ALTER FUNCTION "private"."conflicting_overrides"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_facts(page private.content_page, access private.brand_access[], step_run_id uuid DEFAULT NULL::uuid)
 RETURNS private.content_facts[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := access[1].user_id;
  facts private.content_facts [] := '{}';
  held private.brand_access;
  is_readable boolean;
  item_id uuid;
  brand uuid;
  state text;
  step jsonb;
  is_own boolean;
  is_expired boolean;
  has_run boolean;
  has_workflow boolean;
  has_decided boolean;
  -- What the rules look at depends on the state: nothing else is looked up.
  reviewed uuid [];
  approved uuid [];
  running uuid [];
  kinds text [];
  tasked uuid [];
  steps jsonb;
begin
  if caller is null then
    return facts; -- the caller holds nothing
  end if;
  for place in 1 .. cardinality(page.ids) loop
    if brand is distinct from page.brands[place] then
      brand := page.brands[place];
      foreach held in array access loop
        is_readable := held.brand_id = brand and 'content.read' = any (held.permissions);
        exit when is_readable;
      end loop;
    end if;
    continue when is_readable is not true;
    item_id := page.ids[place];
    is_own := coalesce(page.creators[place] = caller, false);
    is_expired := coalesce(page.expiries[place] <= now(), false);
    state := case when page.deletions[place] is null then page.statuses[place] else 'deleted' end;
    case
      when state in ('draft', 'rejected') then
        if kinds is null then
          -- Of all contents of the page at once. A run also waits at a draft, whose changes were requested.
          select
            array(
              select run.content_id from public.workflow_instances as run
              where run.content_id = any (page.ids) and run.status = 'active'
            ),
            case
              when exists (
                select from public.workflows where workflows.brand_id = any (page.brands) and workflows.is_active
              ) then private.workflow_kinds(page.brands)
              else '{}'
            end
          into running, kinds;
        end if;
        has_run := state = 'draft' and item_id = any (running);
        has_workflow := kinds <> '{}' and brand || ' ' = any (kinds);
        facts := facts || (
          item_id, brand, state, state, is_own, false, false, has_run,
          has_workflow and (brand || ' *' = any (kinds) or brand || ' ' || page.types[place] = any (kinds)),
          has_workflow, false, false, null, is_expired, false
        )::private.content_facts;
      when state in ('pending_review', 'in_review') then
        if steps is null then
          reviewed := private.in_states(page, '{pending_review, in_review}');
          tasked := array(
            select task.content_id from public.workflow_tasks as task
            where task.content_id = any (reviewed) and task.assignee_id = caller and task.status = 'pending'
          );
          steps := (
            select coalesce(jsonb_object_agg(open_step.content_id, to_jsonb(open_step)), '{}')
            from private.steps_to_decide(reviewed, content_facts.step_run_id) as open_step
          );
        end if;
        step := steps -> item_id::text;
        has_decided := coalesce((step ->> 'has_decided')::boolean, false);
        facts := facts || (
          item_id, brand, state, state, is_own, item_id = any (tasked),
          coalesce(
            held.is_member and ((step ->> 'has_task')::boolean or has_decided)
            and ((step ->> 'is_named')::boolean or not is_own), false
          ),
          true, false, false, coalesce((step ->> 'is_open')::boolean, false), has_decided,
          nullif(step -> 'decisions', 'null'), is_expired, false
        )::private.content_facts;
      when state in ('approved', 'scheduled') then
        if approved is null then
          approved := private.contents_with_claim_obstacles(
            private.in_states(page, '{approved, scheduled}'), page.brands
          );
        end if;
        facts := facts || (
          item_id, brand, state, state, is_own, false, false, false, false, false, false, false, null, is_expired,
          item_id = any (approved)
        )::private.content_facts;
      else
        facts := facts || (
          item_id, brand, page.statuses[place], state, is_own, false, false, false, false, false, false, false, null,
          is_expired, false
        )::private.content_facts;
    end case;
  end loop;
  return facts;
end;
$function$;

CREATE OR REPLACE FUNCTION private.contents_with_claim_obstacles(content_ids uuid[], brand_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  -- Most brands have no claims, and most contents no open review of them: their texts need not be read.
  claiming constant uuid [] := array(
    select link.brand_id from public.brand_master_claim_brands as link where link.brand_id = any (brand_ids)
  );
  checked constant uuid [] := array(
    select review.content_id from public.claim_reviews as review
    where
      review.content_id = any (content_ids) and review.violations > 0 and review.overridden_at is null
      and review.is_current
  );
begin
  if checked = '{}' and claiming = '{}' then
    return checked;
  end if;
  return array(
    select contents.id from public.contents
    where
      contents.id = any (content_ids) and (contents.id = any (checked) or contents.brand_id = any (claiming))
      and private.claims_refusal(contents) is not null
  );
end;
$function$;

ALTER FUNCTION "private"."contents_with_claim_obstacles"(uuid[], uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.count_claim_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  former constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  present constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  changed constant jsonb := case when tg_op = 'DELETE' then former else present end;
begin
  if private.compared_part(tg_table_name, former) is not distinct from private.compared_part(tg_table_name, present) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  perform private.count_claim_changes(case tg_table_name
    when 'claims' then array(select private.master_brands_ruling((changed ->> 'id')::uuid))
    when 'master_claim_brands' then array[(changed ->> 'id')::uuid]
    when 'products' then array[(changed ->> 'master_claim_brand_id')::uuid]
    when 'ingredients' then array(
      select products.master_claim_brand_id
      from public.product_ingredients as part
      inner join public.products on products.id = part.product_id
      where part.ingredient_id = (changed ->> 'id')::uuid
    )
    when 'claim_evidence' then array(select private.master_brands_ruling((changed ->> 'claim_id')::uuid))
    -- claim_subjects, product_ingredients and market_overrides
    else array(
      select products.master_claim_brand_id
      from public.products
      left join public.product_ingredients as part on part.product_id = products.id
      where
        products.id in ((former ->> 'product_id')::uuid, (present ->> 'product_id')::uuid)
        or (tg_table_name = 'claim_subjects' and part.ingredient_id = (changed ->> 'ingredient_id')::uuid)
    )
  end);
  return case when tg_op = 'DELETE' then old else new end;
end;
$function$;

ALTER FUNCTION "private"."count_claim_change"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.count_claim_changes(master_brands uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- In one order, so that two transactions do not wait for each other; once for each transaction.
  insert into private.claim_catalogues as counted (master_claim_brand_id)
  select master.id
  from public.master_claim_brands as master
  where
    master.id = any (count_claim_changes.master_brands)
    and coalesce(current_setting('mixerai.claim_changes', true), '') <> 'dry run'
  order by master.id
  on conflict (master_claim_brand_id) do update
    set revision = counted.revision + 1, changed_in = pg_current_xact_id()
  where counted.changed_in <> pg_current_xact_id();
$function$;

ALTER FUNCTION "private"."count_claim_changes"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.count_workflow_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- A command that changes a workflow as a whole counts once, at its end.
  if coalesce(current_setting('mixerai.workflow_in_hand', true), '') <> '' then
    return null;
  end if;
  if tg_table_name = 'workflow_steps' then
    update public.workflows set updated_at = now()
    where workflows.id = case tg_op when 'DELETE' then old.workflow_id else new.workflow_id end;
  else
    update public.workflows set updated_at = now()
    from public.workflow_steps as step
    where workflows.id = step.workflow_id and step.id = case tg_op when 'DELETE' then old.step_id else new.step_id end;
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.decided_since(claim_id uuid, claim_version integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  given public.claim_approvals;
begin
  select approval.* into given
  from public.claim_approvals as approval
  where approval.claim_id = decided_since.claim_id and approval.claim_version >= decided_since.claim_version
  order by approval.id desc
  limit 1;
  return case when given.id is null then '[]' else jsonb_build_array(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'rule', 'claim.decide.once', 'message', format(
      '%s decided %s on the step %s at %s', coalesce(private.display_name(given.actor_id), 'a reviewer of another brand'),
      given.decision, given.step_name, to_char(given.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )) end;
end;
$function$;

ALTER FUNCTION "private"."decided_since"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.decision_problem(claim public.claims, step public.claim_approval_steps)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if claim.approval is distinct from 'pending' then
    return 'status';
  elsif claim.created_by = auth.uid() or private.has_edited_claim(claim.id) then
    return 'not_own';
  -- Platform admins may decide in every role. Claims of ingredients are shared by all tenants, so only they do.
  elsif not private.is_platform_admin() and (
    claim.level = 'ingredient' or not private.holds_reviewer_role(step.master_claim_brand_id, array[step.reviewer_role])
  ) then
    return 'role';
  elsif exists (
    select from public.claim_approvals as given
    where given.claim_id = claim.id and given.is_current and given.actor_id = auth.uid()
  ) then
    return 'decided';
  end if;
  return null;
end;
$function$;

ALTER FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.decisions_allowed(heads private.task_head[], access private.brand_access[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  facts private.content_facts [];
  members jsonb;
begin
  -- Tasks with the same facts are judged once, by the rules of contents.
  select
    array_agg((
      null, kind.brand_id, kind.content_status, kind.content_status, kind.is_own, kind.has_task, kind.is_decider, true,
      true, true, true, kind.has_decided, kind.decisions, false, false
    )::private.content_facts order by kind.place),
    jsonb_agg(kind.ids order by kind.place)
  into facts, members
  from (
    select
      row_number() over () as place, head.brand_id, head.content_status, head.has_task, head.has_decided,
      coalesce(head.author_id = auth.uid(), false) as is_own,
      held.is_member and (head.has_task or head.has_decided) and (
        private.step_names(head.definition, auth.uid()) or head.author_id is distinct from auth.uid()
      ) as is_decider,
      head.definition -> 'actions' as decisions,
      jsonb_agg(head.id) as ids
    from unnest(heads) as head
    inner join unnest(access) as held on held.brand_id = head.brand_id
    where head.is_open
    group by 2, 3, 4, 5, 6, 7, 8
  ) as kind;
  return coalesce((
    select jsonb_object_agg(judged.id, judged.actions)
    from (
      select member.id, jsonb_agg(verdict.action order by verdict.rank) as actions
      from private.content_verdicts(facts, access) as verdict
      cross join lateral jsonb_array_elements_text(members -> verdict.fact - 1) as member (id)
      where verdict.reason is null and verdict.action in ('approve', 'reject', 'requestChanges')
      group by member.id
    ) as judged
  ), '{}');
end;
$function$;

ALTER FUNCTION "private"."decisions_allowed"(private.task_head[], private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delegation_answer(delegation private.delegations)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_manager constant boolean := delegation.user_id = auth.uid()
    or private.permits(delegation.brand_id, 'workflow.control') or private.is_platform_admin();
begin
  return to_jsonb(delegation) - array['user_id', 'delegate_id', 'brand_id', 'created_by', 'updated_by']
  || jsonb_build_object(
    -- For those alone who are concerned: a colleague needs to know only when.
    'reason', case when is_manager or delegation.delegate_id = auth.uid() then delegation.reason else '' end,
    'user', private.person_document(delegation.user_id, delegation.brand_id),
    'delegate', private.person_document(delegation.delegate_id, delegation.brand_id),
    'brand', (
      select jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug)
      from public.brands where brands.id = delegation.brand_id
    ),
    'created_by', private.person_document(delegation.created_by, delegation.brand_id),
    'state', case
      when now() < delegation.starts_at then 'upcoming' when now() < delegation.ends_at then 'active' else 'ended'
    end,
    'open_tasks', (
      select count(*) from public.workflow_tasks as task
      where
        task.assignee_id = delegation.user_id and task.status = 'pending'
        and (delegation.brand_id is null or task.brand_id = delegation.brand_id)
        and (delegation.user_id = auth.uid() or task.brand_id = any (private.brands_permitting('workflow.control')))
    ),
    'allowed_actions', case
      when not is_manager or now() >= delegation.ends_at then '["read"]'
      when now() < delegation.starts_at then '["read", "update", "end"]'
      else '["read", "update", "end", "handOver"]'
    end::jsonb
  );
end;
$function$;

ALTER FUNCTION "private"."delegation_answer"(private.delegations) OWNER TO "postgres";

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
  delete from private.delegations where person in (delegations.user_id, delegations.delegate_id);
  update private.former_members set name = null where former_members.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$function$;

CREATE OR REPLACE FUNCTION private.delivered_claims(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not exists (
    select from private.claim_settings as settings
    where settings.brand_id = content.brand_id and settings.is_delivered
  ) then
    return null;
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'market', made.market, 'sentence', made.sentence, 'claim_id', made.claim_id,
      'claim_version', made.claim_version, 'claim_text', made.claim_text, 'status', made.verdict,
      'evidence', made.evidence
    ) order by made.market, made.id)
    from private.publication_claims as made
    where
      made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = content.version
  ), '[]');
end;
$function$;

ALTER FUNCTION "private"."delivered_claims"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents, has_texts boolean DEFAULT true)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  document constant jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.as_object(content.metadata) - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version
  );
  template public.templates;
begin
  if not has_texts then
    return document;
  end if;
  template := private.template_used(content);
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

CREATE OR REPLACE FUNCTION private.denies_claim_write(master_brands uuid[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = any (master_brands) and private.is_restricted(link.brand_id, 'claim.write')
  );
$function$;

ALTER FUNCTION "private"."denies_claim_write"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.drafted_sentence(sentence text, sentence_offset integer, start_offset integer, end_offset integer, replacement text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when replacement is not null then left(
    left(sentence, greatest(start_offset - sentence_offset, 0)) || replacement
    || substr(sentence, greatest(end_offset - sentence_offset, 0) + 1), 6000
  ) end;
$function$;

ALTER FUNCTION "private"."drafted_sentence"(text, integer, integer, integer, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.end_membership(person uuid, brand uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  was_member boolean;
begin
  -- Before the membership, the deletion of which locks the audit log of the brand.
  perform private.lock_contents_of(array(
    select task.id from public.workflow_tasks as task
    where task.assignee_id = person and task.brand_id = brand and task.status = 'pending'
  ));
  delete from public.brand_members as members where members.brand_id = brand and members.user_id = person;
  was_member := found;
  delete from public.content_assignees as assignees
  where assignees.brand_id = brand and assignees.user_id = person;
  update public.api_keys set revoked_at = now()
  where api_keys.brand_id = brand and api_keys.user_id = person and api_keys.revoked_at is null;
  perform private.release_tasks(person, brand);
  return was_member;
end;
$function$;

CREATE OR REPLACE FUNCTION private.escalate_task(run public.workflow_instances, task public.workflow_tasks)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.assign_task(run, step_run, run.escalate_to)
  from public.workflow_step_runs as step_run
  where
    step_run.id = task.step_run_id
    and private.may_be_asked(run.escalate_to, task.brand_id)
    and private.may_decide_step(step_run, run.escalate_to);
$function$;

CREATE OR REPLACE FUNCTION private.event_permission(aggregate_type text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when event_permission.aggregate_type in ('brand_member', 'invitation') then 'member.manage'
    when event_permission.aggregate_type in ('api_key', 'webhook') then 'integration.manage'
    when event_permission.aggregate_type in ('workflow', 'workflow_definition', 'delegation')
      then 'workflow.read'
    when event_permission.aggregate_type = 'ai_generation' then 'ai.read'
    when event_permission.aggregate_type = 'claim' then 'claim.read'
    when event_permission.aggregate_type = 'file' then 'file.read'
    when event_permission.aggregate_type in ('brand', 'vetting_agency') then 'brand.read'
    else 'content.read'
  end;
$function$;

CREATE OR REPLACE FUNCTION private.evidence_answer(evidence_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  evidence private.claim_evidence;
begin
  select * into evidence from private.claim_evidence as found where found.id = evidence_answer.evidence_id;
  return private.evidence_document(
    evidence, private.may_write_claim(evidence.claim_id), private.reviews_evidence(evidence.claim_id)
  );
end;
$function$;

ALTER FUNCTION "private"."evidence_answer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evidence_document(evidence private.claim_evidence, may_write boolean DEFAULT false, may_review boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return to_jsonb(evidence) - array['created_by', 'updated_by', 'edited_by', 'announced_days'] || jsonb_build_object(
    'added_by', private.person_document(evidence.created_by),
    'reviewed_by', private.person_document(evidence.reviewed_by),
    'state', case when evidence.status = 'accepted' then
      private.evidence_state_of(coalesce(evidence.expires_on, 'infinity'), now())
    end,
    'allowed_actions', to_jsonb(array_remove(array[
      'read',
      case when may_write and evidence.status <> 'withdrawn' then 'update' end,
      case when may_write and evidence.status <> 'withdrawn' then 'withdraw' end,
      case
        when
          may_review and evidence.status = 'pending' and evidence.created_by is distinct from auth.uid()
          and evidence.edited_by is distinct from auth.uid()
          then 'review'
      end
    ], null))
  );
end;
$function$;

ALTER FUNCTION "private"."evidence_document"(private.claim_evidence, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evidence_reviewer_roles()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array['legal', 'compliance', 'regulatory', 'lrc', 'sme'];
$function$;

ALTER FUNCTION "private"."evidence_reviewer_roles"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evidence_snapshot(claim_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', evidence.id, 'title', evidence.title, 'kind', evidence.kind,
    'referenceNumber', nullif(evidence.reference_number, ''), 'expiresOn', evidence.expires_on
  ) order by evidence.expires_on desc nulls first, evidence.id), '[]')
  from private.claim_evidence as evidence
  where
    evidence.claim_id = evidence_snapshot.claim_id and evidence.status = 'accepted'
    and (evidence.expires_on is null or evidence.expires_on > current_date);
$function$;

ALTER FUNCTION "private"."evidence_snapshot"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evidence_state(claim_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), now())
  from private.claim_evidence as evidence
  where evidence.claim_id = evidence_state.claim_id and evidence.status = 'accepted';
$function$;

ALTER FUNCTION "private"."evidence_state"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evidence_state_of(latest date, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Days are days of UTC, whatever the time zone of the session.
  select case
    when latest is null then 'none'
    when latest::timestamp <= at at time zone 'UTC' then 'expired'
    when latest::timestamp <= (at at time zone 'UTC') + interval '90 days' then 'expiring'
    else 'valid'
  end;
$function$;

ALTER FUNCTION "private"."evidence_state_of"(date, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.expiry_mark(expires_on date)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when expires_on <= current_date then 0
    when expires_on <= current_date + 7 then 7
    when expires_on <= current_date + 30 then 30
    when expires_on <= current_date + 90 then 90
  end;
$function$;

ALTER FUNCTION "private"."expiry_mark"(date) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.export_account(person uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'profile', (
      select to_jsonb(profiles) - array['email_index', 'deactivated_by'] from public.profiles where profiles.id = person
    ),
    'email', (select users.email from auth.users where users.id = person),
    'memberships', (
      select coalesce(jsonb_agg(to_jsonb(member) - 'assigned_by' || jsonb_build_object('brand_name', brands.name)), '[]')
      from public.brand_members as member inner join public.brands on brands.id = member.brand_id
      where member.user_id = person
    ),
    'delegations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'is_delegate', delegation.delegate_id = person, 'brand_id', delegation.brand_id,
        'starts_at', delegation.starts_at, 'ends_at', delegation.ends_at, 'created_at', delegation.created_at
      ) || case
        when delegation.user_id = person then jsonb_build_object('reason', delegation.reason) else '{}'
      end order by delegation.id), '[]')
      from private.delegations as delegation
      where person in (delegation.user_id, delegation.delegate_id)
    ),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(user_sessions)), '[]') from public.user_sessions
      where user_sessions.user_id = person
    ),
    'devices', (
      select coalesce(jsonb_agg(to_jsonb(device) - 'token_hash'), '[]') from public.trusted_devices as device
      where device.user_id = person
    ),
    'factors', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'kind', factor.kind, 'name', factor.name, 'created_at', factor.created_at, 'last_used_at', factor.last_used_at
      )), '[]') from public.mfa_factors as factor where factor.user_id = person
    ),
    'api_keys', (
      select coalesce(jsonb_agg(to_jsonb(key) - array['key_hash', 'revoked_by']), '[]') from public.api_keys as key
      where key.user_id = person
    )
  );
$function$;

CREATE OR REPLACE FUNCTION private.finished_runs(brands uuid[], workflow uuid, content_type text, from_time timestamp with time zone, to_time timestamp with time zone)
 RETURNS TABLE(id uuid, brand_id uuid, workflow_key text, workflow_id uuid, workflow_name text, outcome text, at timestamp with time zone, seconds double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    run.id, run.brand_id, coalesce(run.workflow_id::text, 'deleted: ' || run.workflow_name), run.workflow_id,
    run.workflow_name, run.outcome, run.completed_at,
    extract(epoch from run.completed_at - run.started_at)::double precision
  from public.workflow_instances as run
  where
    run.brand_id = any (brands) and run.status = 'completed'
    and run.completed_at >= from_time and run.completed_at < to_time
    and (workflow is null or run.workflow_id = workflow)
    and (content_type is null or exists (
      select from public.contents where contents.id = run.content_id and contents.type = content_type
    ));
$function$;

ALTER FUNCTION "private"."finished_runs"(uuid[], uuid, text, timestamp with time zone, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.form_of(definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object('type', definition -> 'type', 'steps', (
    select jsonb_agg(
      jsonb_build_object(
        'type', step -> 'type', 'prerequisites', step -> 'prerequisites', 'condition', nullif(step -> 'condition', 'null'),
        'skip_condition', nullif(step -> 'skip_condition', 'null'), 'automated_check', step -> 'automated_check'
      )
      order by step -> 'position'
    )
    from jsonb_array_elements(definition -> 'steps') as step
  ));
end;
$function$;

ALTER FUNCTION "private"."form_of"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.found_tasks(filters jsonb, brands uuid[], state text, sort text, is_descending boolean, skipped integer, wished integer, OUT ids uuid[], OUT open_tasks integer, OUT overdue_tasks integer, OUT done_tasks integer, OUT is_truncated boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
begin
  -- The text is made of constants, so that each order is planned from the indexes; the caller's values are parameters.
  execute format(
    $query$
      select
        array(
          select task.id from %4$s where %1$s and task.status = %2$s order by %3$s offset $4 limit $5
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task where %1$s and task.status = 'pending' limit 5000
          ) as pending
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task
            where %1$s and task.status = 'pending' and task.due_at <= now() limit 5000
          ) as late
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task where %1$s and task.status = 'completed' limit 5000
          ) as done
        )
    $query$,
    private.task_conditions(filters, is_mine),
    case state
      when 'open' then '''pending''' when 'done' then '''completed''' else '''pending'' and task.due_at <= now()'
    end,
    private.task_order(sort, is_descending),
    case
      -- No index has this order: the tasks that are due first are sorted.
      when sort = 'priority' then format(
        '(select task.* from public.workflow_tasks as task where %s and task.status = %s '
        'order by task.due_at, task.id limit 2000) as task',
        private.task_conditions(filters, is_mine), case state when 'done' then '''completed''' else '''pending''' end
      )
      else 'public.workflow_tasks as task'
    end
  )
  into ids, open_tasks, overdue_tasks, done_tasks
  using auth.uid(), brands, filters, skipped, wished;
  is_truncated := open_tasks >= 5000 or done_tasks >= 5000
    or (sort = 'priority' and case state when 'done' then done_tasks else open_tasks end > 2000);
end;
$function$;

ALTER FUNCTION "private"."found_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.free_workflow_name(name text, brand uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  free text := free_workflow_name.name;
  number integer := 1;
begin
  while exists (
    select from public.workflows where workflows.brand_id = free_workflow_name.brand and workflows.name = free
  ) loop
    free := left(free_workflow_name.name, 240) || ' (copy' || case when number > 1 then ' ' || number else '' end || ')';
    number := number + 1;
  end loop;
  return free;
end;
$function$;

ALTER FUNCTION "private"."free_workflow_name"(text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.general_claims(master_brands uuid[], market text, at timestamp with time zone)
 RETURNS SETOF public.resolved_claim
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  products uuid[];
  texts text[];
begin
  -- What a product shares with others is resolved once, not for each of them.
  return query
    select found.*
    from private.resolve_product_claims(
      private.general_subjects(general_claims.master_brands), general_claims.market, general_claims.at
    ) as found;
  select array_agg(own.product_id), array_agg(own.text_key) into products, texts
  from private.texts_of_products(general_claims.master_brands, general_claims.market, general_claims.at) as own;
  if cardinality(products) > 20000 then
    perform private.refuse(409, 'too many claims for a text about all products', jsonb_build_array(jsonb_build_object(
      'field', 'productIds', 'code', 'CONFLICT', 'message', format(
        'there are %s claims and overrides of products in %s, and at most 20000 are compared: name the products',
        cardinality(products), general_claims.market
      )
    )));
  end if;
  if products is not null then
    return query
      select found.*
      from private.resolve_product_claims(
        products, general_claims.market, general_claims.at, texts, is_paired => true
      ) as found;
  end if;
end;
$function$;

ALTER FUNCTION "private"."general_claims"(uuid[], text, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.general_subjects(master_brands uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(subject.id), '{}')
  from (
    select master.id from public.master_claim_brands as master
    where master.id = any (general_subjects.master_brands) and master.archived_at is null
    union
    select ingredient.id
    from public.master_claim_brands as master
    inner join public.products on products.master_claim_brand_id = master.id and products.archived_at is null
    inner join public.product_ingredients as part on part.product_id = products.id
    inner join public.ingredients as ingredient on ingredient.id = part.ingredient_id and ingredient.archived_at is null
    where master.id = any (general_subjects.master_brands) and master.archived_at is null
  ) as subject;
$function$;

ALTER FUNCTION "private"."general_subjects"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.generation_context(asked jsonb, tool private.ai_tools, brand public.brands, content public.contents, template public.templates, form private.generation_form)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  subject text := concat_ws(' ', content.title, asked ->> 'topic');
  context jsonb := jsonb_build_object('brand', private.brand_facts(brand));
begin
  if template.id is not null then
    context := context || jsonb_build_object('template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', form.outputs,
      'all_outputs', template.output_fields
    ));
  end if;
  if content.id is not null then
    context := context || jsonb_build_object('content', jsonb_build_object(
      'id', content.id, 'title', content.title, 'body', content.body, 'metadata', content.metadata,
      'version', content.version
    ));
  end if;
  if form.product_id is not null then
    context := context || jsonb_build_object('product', private.product_facts(
      brand.id, form.product_id, coalesce(asked ->> 'market', brand.country, 'US')
    ));
  end if;
  if asked ? 'claimId' then
    context := context || jsonb_build_object('claim', private.claim_facts(
      brand.id, (asked ->> 'claimId')::uuid, coalesce(asked ->> 'language', 'original')
    ));
  end if;
  if tool.type = 'vetting_feedback' then
    context := context || jsonb_build_object('vetting', private.vetting_facts(asked, content));
  end if;
  return jsonb_strip_nulls(context) || jsonb_build_object(
    'values', form.field_values,
    'examples', case when tool.uses_writing then private.similar_writing(brand.id, content.id, subject) else '[]' end,
    'knowledge', case when tool.uses_writing then private.near_knowledge(brand.id, content.id, subject) else '[]' end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.give_task(task public.workflow_tasks, assignee_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  if not private.may_give_task(task) then
    perform private.refuse(403, 'only who has the task, or an admin of the brand, may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, give_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', give_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = give_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(
    run, step_run, case when task.assignee_id = auth.uid() then 'delegate' else 'reassign' end, left(reason, 5000),
    task.assignee_id, give_task.assignee_id
  );
  perform private.assign_task(run, step_run, give_task.assignee_id);
end;
$function$;

ALTER FUNCTION "private"."give_task"(public.workflow_tasks, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.guard_override()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  replacement public.claims;
  unrelated text;
  wanted text := case new.market_country when '__ALL_COUNTRIES__' then '__GLOBAL__' else new.market_country end;
begin
  if cardinality(private.unknown_countries(array[wanted])) > 0
    or exists (select from public.countries where countries.code = wanted and not countries.is_active)
  then
    perform private.refuse(400, 'there is no such market', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', new.market_country
    )));
  end if;
  if not exists (
    select from public.claims
    where claims.id = new.master_claim_id and '__GLOBAL__' = any (claims.countries)
      and (tg_op = 'UPDATE' or claims.archived_at is null)
  ) then
    perform private.refuse(400, 'only a global claim can be overridden', jsonb_build_array(jsonb_build_object(
      'field', 'masterClaimId', 'code', 'INVALID_FORMAT', 'message', 'not a global claim in use'
    )));
  end if;
  -- Else it would tell of the claims of a catalogue brand that readers of this one may not know.
  unrelated := case
    when not private.is_claim_of_product(new.master_claim_id, new.product_id) then 'masterClaimId'
    when new.replacement_claim_id is not null
      and (tg_op = 'INSERT' or new.replacement_claim_id is distinct from old.replacement_claim_id)
      and not private.is_claim_of_product(new.replacement_claim_id, new.product_id) then 'replacementClaimId'
  end;
  if unrelated is not null and not (tg_op = 'UPDATE' and unrelated = 'masterClaimId') then
    perform private.refuse(400, 'the claim is not one of the product', jsonb_build_array(jsonb_build_object(
      'field', unrelated, 'code', 'INVALID_FORMAT',
      'message', 'a claim of the product, its claim brand or its ingredients is expected'
    )));
  end if;
  select * into replacement from public.claims where claims.id = new.replacement_claim_id;
  if replacement.archived_at is not null and (tg_op = 'INSERT' or new.replacement_claim_id <> old.replacement_claim_id)
  then
    perform private.refuse(400, 'the replacement is archived', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'restore it, or choose another'
    )));
  end if;
  if replacement.id is not null and wanted <> all (replacement.countries) then
    perform private.refuse(400, 'the replacement is of another market', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'a claim of ' || wanted || ' is expected'
    )));
  end if;
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.hand_over_tasks(delegation private.delegations)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wanted constant uuid [] := array(
    select tasks.id from public.workflow_tasks as tasks
    where
      tasks.assignee_id = delegation.user_id and tasks.status = 'pending'
      and (delegation.brand_id is null or tasks.brand_id = delegation.brand_id)
    order by tasks.brand_id, tasks.content_id, tasks.id
    limit 1000
  );
  wanted_id uuid;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  moved integer := 0;
begin
  perform private.lock_contents_of(wanted);
  -- Brand by brand: the audit logs are locked in this order as well.
  foreach wanted_id in array wanted loop
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted_id;
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    continue when
      task.status is distinct from 'pending' or private.stand_ins(task.assignee_id, step_run) = array[task.assignee_id];
    perform private.pass_task_on(task, step_run, array[task.assignee_id], 'handed over by a delegation');
    moved := moved + 1;
  end loop;
  return moved;
end;
$function$;

ALTER FUNCTION "private"."hand_over_tasks"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_edited_claim(claim_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with made as (
    select
      found.version, found.created_by,
      (
        found.text, found.status, found.countries, found.effective_from, found.effective_to,
        found.regulatory_references
      ) is distinct from (
        former.text, former.status, former.countries, former.effective_from, former.effective_to,
        former.regulatory_references
      ) as is_edit
    from public.claim_versions as found
    left join public.claim_versions as former
      on former.claim_id = found.claim_id and former.version = found.version - 1
    where
      found.claim_id = has_edited_claim.claim_id
      and found.version > coalesce((
        select max(approved.version) from public.claim_versions as approved
        where approved.claim_id = has_edited_claim.claim_id and approved.approval = 'approved'
      ), 0)
  )
  select exists (
    select from made
    where
      made.is_edit and made.created_by = auth.uid()
      -- Reviewers may amend the text with their decision.
      and not exists (
        select from public.claim_approvals as given
        where given.claim_id = has_edited_claim.claim_id and given.claim_version = made.version - 1
      )
  );
$function$;

ALTER FUNCTION "private"."has_edited_claim"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_open_violations(content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  written jsonb;
begin
  -- Most contents have no open review of claims: their texts need not be compared.
  if not exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id and review.violations > 0 and review.overridden_at is null and review.is_current
  ) then
    return false;
  end if;
  written := private.edited_part(private.content_state(content));
  return exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      and review.is_current
      and case
        -- Not by its version, which may be an autosave and is dropped after some others.
        when review.checked_text is not null then review.checked_text = md5(written::text)
        else exists (
          select from public.content_versions as checked
          where
            checked.content_id = content.id
            and checked.version = review.content_version
            and private.edited_part(checked.snapshot) = written
        )
      end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.holding_checks(content public.contents)
 RETURNS TABLE(check_id uuid, market text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  state constant text := coalesce(private.claims_state(content.brand_id), md5(''));
  written text;
  products uuid[];
begin
  -- Most contents have none: their texts need not be read.
  if not exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id and review.source = 'check' and review.is_current and review.claims_state = state
  ) then
    return;
  end if;
  written := private.text_fingerprint(content);
  products := private.products_named(content);
  return query
    select review.id, review.country
    from public.claim_reviews as review
    where
      review.content_id = content.id and review.source = 'check' and review.is_current
      and review.claims_state = state and (review.valid_until is null or review.valid_until > now())
      and review.checked_text = written and review.product_ids = products;
end;
$function$;

ALTER FUNCTION "private"."holding_checks"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.holds_reviewer_role(master_claim_brand_id uuid, reviewer_roles text[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand uuid;
begin
  for brand in
    select held.brand_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link
      on
        link.brand_id = held.brand_id
        and link.master_claim_brand_id = holds_reviewer_role.master_claim_brand_id
    where
      held.user_id = auth.uid()
      and held.reviewer_role = any (holds_reviewer_role.reviewer_roles)
      and coalesce(held.master_claim_brand_id, link.master_claim_brand_id) = link.master_claim_brand_id
  loop
    if private.permits(brand, 'claim.read') and not private.is_restricted(brand, 'claim.write') then
      return true;
    end if;
  end loop;
  return false;
end;
$function$;

ALTER FUNCTION "private"."holds_reviewer_role"(uuid, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.impact_effect(claim public.claims, change jsonb, market text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when change ->> 'status' = 'disallowed' then 'disallowed'
    when change ->> 'status' = 'blocked' then 'blocked'
    when
      jsonb_typeof(change -> 'countries') = 'array' and jsonb_array_length(change -> 'countries') > 0
      and not change -> 'countries' ?| array[market, '__GLOBAL__', '__ALL_COUNTRIES__']
      then 'not_in_market'
    when change ->> 'effectiveTo' is not null then 'ends'
    when change ->> 'text' is not null then 'reworded'
    when change ->> 'status' is not null and change ->> 'status' <> claim.status::text then 'status_changed'
    when coalesce(change, '{}') = '{}' then 'refers'
    else 'unchanged'
  end;
$function$;

ALTER FUNCTION "private"."impact_effect"(public.claims, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.impact_items(claim_id uuid, override_id uuid, evidence_id uuid, change jsonb, most integer)
 RETURNS TABLE(brand_id uuid, content_id uuid, content_title text, content_status text, content_version integer, is_published boolean, market text, section text, sentence text, start_offset integer, end_offset integer, claim_id_made uuid, claim_version integer, claim_text text, effect text, draft text, total bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  claim public.claims;
  override public.market_overrides;
  planned jsonb := coalesce(impact_items.change, '{}');
  brands constant uuid[] := array(
    select readable.id from unnest(private.brands_permitting('content.read')) as readable (id)
    where readable.id = any (private.brands_permitting('claim.read'))
  );
  market_asked text;
begin
  if not private.may_read_claim(impact_items.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = impact_items.claim_id;
  if impact_items.override_id is not null then
    select * into override from public.market_overrides as found
    where found.id = impact_items.override_id and found.master_claim_id = impact_items.claim_id;
    if override.id is null then
      perform private.refuse(404, 'override not found');
    end if;
    market_asked := nullif(override.market_country, '__ALL_COUNTRIES__');
  end if;
  if impact_items.evidence_id is not null then
    if not exists (
      select from private.claim_evidence as evidence
      where evidence.id = impact_items.evidence_id and evidence.claim_id = impact_items.claim_id
    ) then
      perform private.refuse(404, 'evidence not found');
    end if;
  end if;
  return query
    with found as (
      select made.* from private.claim_sentences(
        array_remove(array[impact_items.claim_id, override.replacement_claim_id], null), brands, market_asked
      ) as made
    ),
    -- One look for each market and brand, not for each sentence.
    markets as materialized (
      select
        asked.market, asked.brand_id,
        private.replacement_for(impact_items.claim_id, asked.market, array(
          select link.master_claim_brand_id
          from public.brand_master_claim_brands as link where link.brand_id = asked.brand_id
        )) as words
      from (select distinct found.market, found.brand_id from found) as asked
    )
    select
      found.brand_id, found.content_id, found.content_title, found.content_status, found.content_version,
      found.is_published, found.market, found.section, found.sentence, found.start_offset, found.end_offset,
      found.claim_id, found.claim_version, found.claim_text,
      private.impact_effect(claim, planned, found.market),
      private.drafted_sentence(
        found.sentence, found.sentence_offset, found.start_offset, found.end_offset,
        case
          when private.impact_effect(claim, planned, found.market) = 'reworded'
            then coalesce(planned -> 'text' ->> 'original', planned ->> 'text')
          else markets.words
        end
      ),
      count(*) over ()
    from found
    inner join markets on markets.market = found.market and markets.brand_id = found.brand_id
    where private.impact_effect(claim, planned, found.market) <> 'unchanged'
    order by found.is_published desc, found.content_id, found.market, found.start_offset
    limit most;
end;
$function$;

ALTER FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_claim(line jsonb, known jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  level constant public.claim_level := line ->> 'level';
  made jsonb;
begin
  if level = 'ingredient' and not private.is_platform_admin() then
    perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
  end if;
  select created into made
  from public.create_claim(
    text => line -> 'text', level => level, status => (line ->> 'status')::public.claim_status,
    subject_ids => private.imported_subjects(
      level, array(select jsonb_array_elements_text(line -> 'subjects')), line ->> 'claim_brand', known
    ),
    countries => array(select jsonb_array_elements_text(line -> 'countries')),
    effective_from => (line ->> 'effective_from')::timestamptz,
    effective_to => (line ->> 'effective_to')::timestamptz, details => line -> 'details'
  ) as created;
  return (made ->> 'id')::uuid;
end;
$function$;

ALTER FUNCTION "private"."import_claim"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.imported_key(level text, claim_brand text, name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_array(level, claim_brand, name)::text;
$function$;

ALTER FUNCTION "private"."imported_key"(text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.imported_names(lines jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with readable as (
    select master.id, master.name
    from public.master_claim_brands as master
    where
      master.archived_at is null
      and (private.is_platform_admin() or master.id = any ((select private.readable_master_brands())::uuid []))
  ),
  asked as materialized (
    select distinct
      line.claim ->> 'level' as level, line.claim ->> 'claim_brand' as claim_brand, subject.name,
      case when subject.name ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then subject.name::uuid end as id
    from jsonb_array_elements(lines) as entry
    cross join lateral (select entry -> 'claim' as claim) as line
    cross join lateral jsonb_array_elements_text(private.as_array(line.claim -> 'subjects')) as subject (name)
  ),
  named as (
    select asked.level, asked.claim_brand, asked.name, readable.id
    from asked
    inner join readable on readable.id = asked.id or lower(readable.name) = lower(asked.name)
    where asked.level = 'brand'
    union
    select asked.level, asked.claim_brand, asked.name, product.id
    from asked
    cross join lateral (
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where found.id = asked.id
      union
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where lower(found.name) = lower(asked.name)
    ) as product
    inner join readable on readable.id = product.master_claim_brand_id
    where
      asked.level = 'product' and product.archived_at is null
      and (
        asked.claim_brand is null or readable.id::text = asked.claim_brand
        or lower(readable.name) = lower(asked.claim_brand)
      )
    union
    select asked.level, asked.claim_brand, asked.name, ingredient.id
    from asked
    cross join lateral (
      select found.id, found.archived_at from public.ingredients as found where found.id = asked.id
      union
      select found.id, found.archived_at from public.ingredients as found where lower(found.name) = lower(asked.name)
    ) as ingredient
    where asked.level = 'ingredient' and ingredient.archived_at is null and private.is_platform_admin()
  )
  select coalesce(jsonb_object_agg(known.key, known.ids), '{}')
  from (
    select private.imported_key(named.level, named.claim_brand, named.name) as key, jsonb_agg(named.id) as ids
    from named
    group by named.level, named.claim_brand, named.name
  ) as known;
$function$;

ALTER FUNCTION "private"."imported_names"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.imported_subjects(level public.claim_level, names text[], claim_brand text, known jsonb)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  asked text;
  found_ids uuid [];
  subjects uuid [] := '{}';
begin
  foreach asked in array names loop
    found_ids := array(
      select each::uuid
      from jsonb_array_elements_text(
        private.as_array(known -> private.imported_key(level::text, claim_brand, asked))
      ) as each
    );
    if cardinality(found_ids) <> 1 then
      perform private.refuse(400, 'what the claim is about is not clear', jsonb_build_array(jsonb_build_object(
        'field', 'subjects', 'code', 'INVALID_FORMAT', 'message', case cardinality(found_ids)
          when 0 then format('there is no %s in use with the name or id %s', level, left(asked, 100))
          else format('several have the name %s: name the claim brand, or the id', left(asked, 100))
        end
      )));
    end if;
    subjects := subjects || found_ids;
  end loop;
  return subjects;
end;
$function$;

ALTER FUNCTION "private"."imported_subjects"(public.claim_level, text[], text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.ingredient_document(ingredient public.ingredients, masters uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select to_jsonb(ingredient) - array['created_by', 'updated_by'] || jsonb_build_object(
    'uses', jsonb_build_object(
      'products', (
        select count(*) from public.product_ingredients as part
        inner join public.products on products.id = part.product_id
        where
          part.ingredient_id = ingredient.id and products.archived_at is null
          and (masters is null or products.master_claim_brand_id = any (masters))
      ),
      'claims', (
        select count(*) from public.claim_subjects as subject
        inner join public.claims on claims.id = subject.claim_id
        where subject.ingredient_id = ingredient.id and claims.archived_at is null
      )
    ),
    'allowed_actions', private.catalogue_actions(ingredient.archived_at)
  );
$function$;

ALTER FUNCTION "private"."ingredient_document"(public.ingredients, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_claim_of_product(claim_id uuid, product_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.products
    where
      products.id = is_claim_of_product.product_id
      and products.master_claim_brand_id in (select private.claim_master_brands(is_claim_of_product.claim_id))
  );
$function$;

ALTER FUNCTION "private"."is_claim_of_product"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_own_claim(claim public.claims, master_brands uuid[])
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(claim.created_by = auth.uid(), false) and claim.level <> 'ingredient'
    and not private.denies_claim_write(master_brands);
end;
$function$;

ALTER FUNCTION "private"."is_own_claim"(public.claims, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.keep_workflow_in_use()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  open_runs bigint;
begin
  select count(*) into open_runs
  from public.workflow_instances as run where run.workflow_id = old.id and run.status = 'active';
  if open_runs > 0 then
    perform private.refuse(409, 'the workflow has runs that are not finished', jsonb_build_array(jsonb_build_object(
      'field', 'openRuns', 'code', 'CONFLICT', 'message', format('%s contents are in review by it', open_runs)
    )));
  end if;
  return old;
end;
$function$;

CREATE OR REPLACE FUNCTION private.keep_workflow_version(workflow public.workflows)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.workflow_versions (workflow_id, version, brand_id, definition, created_by)
  values (workflow.id, workflow.version, workflow.brand_id, private.workflow_definition(workflow), auth.uid())
  on conflict on constraint workflow_versions_pkey do update set definition = excluded.definition;
  -- Runs have their own copies of the steps.
  delete from public.workflow_versions as former
  where former.workflow_id = workflow.id and former.version <= workflow.version - 500;
end;
$function$;

ALTER FUNCTION "private"."keep_workflow_version"(public.workflows) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.kinds_of_field(brand uuid, content_types jsonb, field text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when field in ('type', 'title') then array['text']
    when field = 'tags' then array['list']
    when field = 'metadata.keywords' then array['list']
    when field = any (array[
      'metadata.metaTitle', 'metadata.metaDescription', 'metadata.ogImage', 'metadata.canonicalUrl',
      'metadata.targetAudience'
    ]) then array['text']
    when field like 'fields.%' then array(
      select distinct case
        when known.field ->> 'type' = 'number' then 'number'
        when known.field ->> 'type' = 'boolean' then 'boolean'
        when known.field ->> 'type' in ('multiselect', 'tags') or known.field -> 'allowMultiple' = 'true' then 'list'
        when known.field ->> 'type' = 'faq' then 'object'
        else 'text'
      end
      from public.templates
      cross join lateral jsonb_array_elements(templates.input_fields || templates.output_fields) as known (field)
      where
        (templates.brand_id = kinds_of_field.brand or templates.brand_id is null)
        and (jsonb_array_length(content_types) = 0 or content_types ? templates.content_type)
        and known.field ->> 'id' = substr(kinds_of_field.field, 8)
    )
    else '{}'
  end;
end;
$function$;

ALTER FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.last_decision(content public.contents, step_run_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  done record;
  name text;
begin
  select actions.action, actions.actor_id, actions.created_at, step_run.name as step into done
  from public.workflow_actions as actions
  left join public.workflow_step_runs as step_run on step_run.id = actions.step_run_id
  where
    actions.content_id = content.id
    and actions.action in ('approve', 'reject', 'request_changes', 'skip', 'cancel', 'timeout', 'fail')
    and (last_decision.step_run_id is null or actions.step_run_id = last_decision.step_run_id)
  order by actions.id desc
  limit 1;
  if done.action is null then
    return '[]';
  end if;
  name := private.display_name(done.actor_id, content.brand_id);
  return jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'by', done.actor_id, 'decision', done.action, 'step', done.step,
    'at', to_char(done.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'message', format(
      '%s by %s at %s', replace(done.action, '_', ' '), coalesce(name, 'the system or someone else'),
      to_char(done.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )));
end;
$function$;

ALTER FUNCTION "private"."last_decision"(public.contents, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_claim(claim_id uuid, is_for_author boolean DEFAULT false, is_for_reviewer boolean DEFAULT false)
 RETURNS public.claims
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  if not private.may_read_claim(lock_claim.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  -- The permission before the lock: those without it must not make others wait.
  select * into claim from public.claims where claims.id = lock_claim.claim_id;
  if not is_for_reviewer then
    perform private.require_claim_write(
      array(select private.claim_master_brands(lock_claim.claim_id)), claim.level,
      case when is_for_author then claim.created_by end
    );
  end if;
  select * into claim from public.claims where claims.id = lock_claim.claim_id for update;
  if claim.id is null then
    perform private.refuse(404, 'claim not found');
  end if;
  return claim;
end;
$function$;

ALTER FUNCTION "private"."lock_claim"(uuid, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_contents_of(tasks uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Before anything is written: the audit log of a brand is locked by whatever is written there, so a command that
  -- locked one content after another would wait in a circle with a decision on a later one.
  perform from public.contents
  where contents.id in (select task.content_id from public.workflow_tasks as task where task.id = any (tasks))
  order by contents.id
  for update;
end;
$function$;

ALTER FUNCTION "private"."lock_contents_of"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_delegations(wished private.delegations)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  people constant uuid [] := private.people_in_turn(wished);
begin
  -- Of two that would make a circle together, each has somebody of the other in its chain: the second waits, and is
  -- refused. In order, so that none waits for another in a circle.
  perform pg_advisory_xact_lock(hashtextextended('delegations:' || ordered.person, 0))
  from (select distinct each as person from unnest(people) as each order by each) as ordered;
  if not private.people_in_turn(wished) <@ people then
    perform private.refuse(409, 'delegations of the delegate were changed at the same time: try again');
  end if;
end;
$function$;

ALTER FUNCTION "private"."lock_delegations"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_evidence(claim_id uuid, evidence_id uuid, expected_version integer DEFAULT NULL::integer)
 RETURNS private.claim_evidence
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  evidence private.claim_evidence;
begin
  select * into evidence
  from private.claim_evidence as found
  where found.id = lock_evidence.evidence_id and found.claim_id = lock_evidence.claim_id
  for update;
  if evidence.id is null then
    perform private.refuse(404, 'evidence not found');
  elsif evidence.status = 'withdrawn' then
    perform private.refuse(409, 'the evidence was withdrawn', jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.display_name(evidence.updated_by), 'a member of another brand'),
        to_char(evidence.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif evidence.version <> expected_version then
    perform private.require_version(evidence.version, expected_version, 'evidence');
  end if;
  return evidence;
end;
$function$;

ALTER FUNCTION "private"."lock_evidence"(uuid, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_imported(known jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- In one order before the first claim, so that two imports of the same catalogue brands do not wait for each other.
  with subjects as (
    select each::uuid as id
    from jsonb_each(known) as found
    cross join lateral jsonb_array_elements_text(found.value) as each
  )
  select counted.revision
  from private.claim_catalogues as counted
  where
    counted.master_claim_brand_id in (
      select subjects.id from subjects
      union
      select product.master_claim_brand_id
      from subjects
      left join public.product_ingredients as part on part.ingredient_id = subjects.id
      inner join public.products as product on product.id in (subjects.id, part.product_id)
    )
  order by counted.master_claim_brand_id
  for update;
$function$;

ALTER FUNCTION "private"."lock_imported"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_task(task_id uuid)
 RETURNS public.workflow_tasks
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
begin
  select tasks.* into task from public.workflow_tasks as tasks where tasks.id = lock_task.task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  -- Read again: the task may have been closed while this waited for the lock.
  select tasks.* into task from public.workflow_tasks as tasks where tasks.id = lock_task.task_id;
  if task.status <> 'pending' then
    perform private.refuse_closed_task(task);
  end if;
  return task;
end;
$function$;

ALTER FUNCTION "private"."lock_task"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_workflow(workflow_id uuid, permission text DEFAULT 'workflow.write'::text)
 RETURNS public.workflows
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  select * into workflow from public.workflows where workflows.id = lock_workflow.workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  perform private.require_permission(workflow.brand_id, permission, 'workflow');
  -- Not against reviews that begin, which only need that it exists.
  select * into workflow from public.workflows where workflows.id = lock_workflow.workflow_id for no key update;
  if workflow.id is null then
    perform private.refuse(404, 'workflow not found');
  end if;
  return workflow;
end;
$function$;

ALTER FUNCTION "private"."lock_workflow"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.locked_approval_step(claim public.claims, after integer)
 RETURNS public.claim_approval_steps
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- set_approval_steps locks the row for itself, and looks for pending claims only then.
  perform from public.master_claim_brands as master where master.id = private.approval_brand(claim.id) for share;
  return private.next_approval_step(claim, locked_approval_step.after);
end;
$function$;

ALTER FUNCTION "private"."locked_approval_step"(public.claims, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.markets_to_check(brand_id uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  chosen text[];
begin
  select settings.markets into chosen
  from private.claim_settings as settings where settings.brand_id = markets_to_check.brand_id;
  if coalesce(cardinality(chosen), 0) > 0 then
    return chosen;
  end if;
  return array(
    select countries.code
    from public.brands
    inner join public.countries on countries.code = brands.country
    where brands.id = markets_to_check.brand_id
  );
end;
$function$;

ALTER FUNCTION "private"."markets_to_check"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.markets_to_recheck(content public.contents)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  state constant text := private.claims_state(content.brand_id);
  markets text[];
begin
  if state is null then
    return '{}';
  end if;
  markets := private.markets_to_check(content.brand_id);
  if cardinality(markets) = 0 then
    markets := array(
      select distinct review.country from public.claim_reviews as review
      where review.content_id = content.id and review.source = 'check' and review.is_current
    );
  end if;
  return array(
    select market from unnest(markets) as market
    where not exists (
      select from public.claim_reviews as review
      where
        review.content_id = content.id and review.source = 'check' and review.is_current and review.country = market
        and review.claims_state = state and (review.valid_until is null or review.valid_until > now())
    )
    order by market
  );
end;
$function$;

ALTER FUNCTION "private"."markets_to_recheck"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.master_brands_ruling(claim_id uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select master.id from private.claim_master_brands(master_brands_ruling.claim_id) as master (id)
  union
  select products.master_claim_brand_id
  from public.market_overrides as override
  inner join public.products on products.id = override.product_id
  where master_brands_ruling.claim_id in (override.master_claim_id, override.replacement_claim_id);
$function$;

ALTER FUNCTION "private"."master_brands_ruling"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matrix_cells(products uuid[], markets text[], at timestamp with time zone, text_keys text[])
 RETURNS TABLE(original_key text, product_id uuid, market text, status text, level public.claim_level, scope integer, claim_id uuid, override_id uuid, is_master boolean)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  wanted text [];
begin
  -- A replaced claim stays in the row of its master, but competes with the claims of its new text.
  if text_keys is not null then
    wanted := text_keys || array(
      select overridden.replacement_key
      from private.overrides_in_force(products, markets, at) as overridden
      where overridden.has_effect and overridden.master_key = any (text_keys) and overridden.replacement_key is not null
    );
  end if;
  return query
    select distinct on (stacked.original_key collate "C", stacked.product_id, stacked.market)
      stacked.original_key, stacked.product_id, stacked.market, stacked.status, stacked.level, stacked.scope,
      stacked.claim_id, case stacked.scope when 1 then stacked.override_id end, stacked.is_master
    from private.stack_claims(products, markets, at, wanted) as stacked
    where
      stacked.place = 1 and not stacked.is_replaced
      and (text_keys is null or stacked.original_key = any (text_keys))
    -- Of several claims in one cell the strongest is shown.
    order by
      stacked.original_key collate "C", stacked.product_id, stacked.market, stacked.scope, stacked.level,
      stacked.claim_id;
end;
$function$;

ALTER FUNCTION "private"."matrix_cells"(uuid[], text[], timestamp with time zone, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matrix_texts(products uuid[], markets text[], at timestamp with time zone, query text, levels public.claim_level[])
 RETURNS TABLE(text_key text, claim_id uuid)
 LANGUAGE sql
 STABLE ROWS 10000
 SET search_path TO ''
AS $function$
  with found as (
    select subject.id, subject.product_id
    from public.products as product
    cross join lateral (
      values (product.id, product.id), (product.master_claim_brand_id, null)
    ) as subject (id, product_id)
    where product.id = any (matrix_texts.products)
    union all
    select part.ingredient_id, null
    from public.product_ingredients as part
    inner join public.ingredients on ingredients.id = part.ingredient_id
    where part.product_id = any (matrix_texts.products) and ingredients.archived_at is null
  ),
  texts as (
    select scoped.text_key, scoped.claim_id
    from (select distinct found.id from found) as subject
    inner join private.claim_scopes as scoped on scoped.subject_id = subject.id
    where
      scoped.country = any ('{__GLOBAL__}' || matrix_texts.markets)
      and scoped.is_approved
      and scoped.effective_from <= matrix_texts.at
      and (scoped.effective_to is null or scoped.effective_to > matrix_texts.at)
      and (matrix_texts.levels is null or scoped.level = any (matrix_texts.levels))
    union all
    select overridden.master_key, overridden.master_id
    from private.overrides_in_force(matrix_texts.products, matrix_texts.markets, matrix_texts.at) as overridden
    where overridden.has_effect and (matrix_texts.levels is null or overridden.level = any (matrix_texts.levels))
  )
  select texts.text_key, any_value(texts.claim_id)
  from texts
  where matrix_texts.query is null or position(lower(matrix_texts.query) in texts.text_key) > 0
  group by texts.text_key;
$function$;

ALTER FUNCTION "private"."matrix_texts"(uuid[], text[], timestamp with time zone, text, public.claim_level[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_be_asked(person uuid, brand uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.user_id = may_be_asked.person
      and member.brand_id = may_be_asked.brand
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
      and not member.restrictions && array['content.read', 'content.review', 'workflow.read']
  );
$function$;

ALTER FUNCTION "private"."may_be_asked"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_close_claim_task(task private.claim_tasks)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.permits(task.brand_id, 'claim.write')
    or (
      coalesce(task.assignee_id = auth.uid(), false) and private.scope_allows('claim.write', task.brand_id)
      and private.permits(task.brand_id, 'claim.read') and not private.is_restricted(task.brand_id, 'claim.write')
    );
end;
$function$;

ALTER FUNCTION "private"."may_close_claim_task"(private.claim_tasks) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_give_task(task public.workflow_tasks)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.permits(task.brand_id, 'workflow.control')
    or (task.assignee_id = auth.uid() and private.scope_allows('content.review', task.brand_id));
end;
$function$;

ALTER FUNCTION "private"."may_give_task"(public.workflow_tasks) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_read_claim(claim_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.claims where claims.id = may_read_claim.claim_id) and (
    private.is_platform_admin()
    or array(select private.claim_master_brands(may_read_claim.claim_id)) && private.readable_master_brands()
  );
end;
$function$;

ALTER FUNCTION "private"."may_read_claim"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_read_delegation(delegation private.delegations)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    private.api_key_id() is null and private.session_trusted()
    and auth.uid() in (delegation.user_id, delegation.delegate_id)
  ) or private.is_platform_admin() or exists (
    select from public.brand_members as member
    where
      member.user_id = delegation.user_id and member.brand_id = any (private.brands_permitting('workflow.control'))
      and (delegation.brand_id is null or member.brand_id = delegation.brand_id)
  );
end;
$function$;

ALTER FUNCTION "private"."may_read_delegation"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_skip(step_run public.workflow_step_runs)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.permits(step_run.brand_id, 'workflow.control') or (
    coalesce(step_run.definition -> 'allow_skip' = 'true', false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  );
end;
$function$;

ALTER FUNCTION "private"."may_skip"(public.workflow_step_runs) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_take_step(step_run public.workflow_step_runs, person uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.may_be_asked(may_take_step.person, step_run.brand_id)
    and private.may_decide_step(step_run, may_take_step.person)
    and may_take_step.person <> all (private.people_who_count(step_run));
end;
$function$;

ALTER FUNCTION "private"."may_take_step"(public.workflow_step_runs, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.may_write_claim(claim_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  select * into claim from public.claims where claims.id = may_write_claim.claim_id;
  perform private.require_claim_write(
    array(select private.claim_master_brands(claim_id)), claim.level, claim.created_by
  );
  return true;
exception
  when sqlstate 'PT403' or sqlstate 'PT404' then
    return false;
end;
$function$;

ALTER FUNCTION "private"."may_write_claim"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.member_ids(people jsonb, brand uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select distinct found.person
    from jsonb_array_elements_text(people) as written
    cross join lateral (select private.person_of_definition(written) as person) as found
    where private.is_active_member(found.person, brand)
    order by found.person
  );
end;
$function$;

ALTER FUNCTION "private"."member_ids"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.minutes_between(begun_at timestamp with time zone, ended_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case when isfinite(begun_at) and isfinite(coalesce(ended_at, now())) then
    floor(extract(epoch from coalesce(ended_at, now()) - begun_at) / 60)
  end;
end;
$function$;

ALTER FUNCTION "private"."minutes_between"(timestamp with time zone, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.move_definitions(person uuid, target uuid, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  named uuid [] := '{}';
  touched uuid [];
  steps integer;
  escalations integer;
begin
  -- Each workflow gets one version more, however many of its steps change.
  perform set_config('mixerai.workflow_in_hand', 'reassign', true);
  with removed as (
    delete from public.workflow_step_assignees as assignees
    where assignees.user_id = person and assignees.brand_id = brand
    returning assignees.step_id, assignees.brand_id
  ),
  added as (
    insert into public.workflow_step_assignees (step_id, user_id, brand_id)
    select removed.step_id, target, removed.brand_id from removed
    on conflict do nothing
  )
  select coalesce(array_agg(removed.step_id), '{}') into named from removed;
  steps := cardinality(named);
  touched := array(
    select distinct step.workflow_id from public.workflow_steps as step where step.id = any (named)
  );
  select count(*) into escalations
  from public.workflows where workflows.brand_id = brand and workflows.escalate_to = person;
  update public.workflows
  set
    escalate_to = case when workflows.escalate_to = person then target else workflows.escalate_to end,
    updated_at = now()
  where workflows.brand_id = brand and (workflows.escalate_to = person or workflows.id = any (touched));
  perform set_config('mixerai.workflow_in_hand', '', true);
  -- Where only steps change, no column of the workflow tells of it.
  perform private.append_event(
    brand, 'workflow_definition', each, 'WorkflowChanged', '{"changed": ["steps"]}'
  )
  from (select unnest(touched) as each order by 1) as ordered;
  update public.workflow_instances as run set escalate_to = target
  where run.brand_id = brand and run.status = 'active' and run.escalate_to = person;
  -- Running reviews keep their version of the workflow, and ask the new person where they have not asked yet. A step
  -- that names the author would let them decide on their own content.
  update public.workflow_step_runs as step_run
  set
    definition = step_run.definition || jsonb_build_object('assignees', (
      select jsonb_agg(distinct case each when person::text then target::text else each end)
      from jsonb_array_elements_text(private.as_array(step_run.definition -> 'assignees')) as each
    ))
  from public.workflow_instances as run
  inner join public.contents on contents.id = run.content_id
  where
    run.id = step_run.instance_id and run.status = 'active' and step_run.brand_id = brand
    and contents.created_by is distinct from target
    and step_run.status in ('waiting', 'active') and step_run.definition -> 'assignees' ? person::text;
  return jsonb_build_object('steps', steps, 'escalations', escalations);
end;
$function$;

ALTER FUNCTION "private"."move_definitions"(uuid, uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.move_tasks(person uuid, target uuid, brand uuid, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  wanted_id uuid;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  people uuid [];
  moved integer := 0;
  elsewhere integer := 0;
begin
  for wanted_id in
    select tasks.id from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.status = 'pending' and tasks.brand_id = brand
    order by tasks.content_id, tasks.id
  loop
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted_id;
    continue when task.status <> 'pending';
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    if private.may_take_step(step_run, target) then
      people := array[target];
      moved := moved + 1;
    else
      -- The target made the content, or has the step already: the others of the step, or the admins, decide.
      people := array(
        select each from private.step_assignees(step_run) as each
        where each not in (person, target) and private.may_take_step(step_run, each)
      );
      people := case when cardinality(people) > 0 then people else private.other_admins(step_run, person) end;
      elsewhere := elsewhere + 1;
    end if;
    -- Nothing comes back to the person by those who stand in.
    perform private.pass_task_on(task, step_run, people, reason, array[person]);
  end loop;
  return jsonb_build_object('tasks', moved, 'tasks_elsewhere', elsewhere);
end;
$function$;

ALTER FUNCTION "private"."move_tasks"(uuid, uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.named_person(person uuid, people jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case when people ? person::text then jsonb_build_object('id', person, 'name', people ->> person::text) end;
end;
$function$;

ALTER FUNCTION "private"."named_person"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.next_approval_step(claim public.claims, after integer)
 RETURNS public.claim_approval_steps
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select step.*
  from public.claim_approval_steps as step
  where
    step.master_claim_brand_id = private.approval_brand(claim.id)
    and step.position > next_approval_step.after
  order by step.position
  limit 1;
$function$;

CREATE OR REPLACE FUNCTION private.next_in_turn(candidates uuid[], brand uuid, assignment text)
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select candidate
  from unnest(candidates) as candidate
  order by
    case assignment when 'least_loaded' then (
      select count(*) from public.workflow_tasks as task
      where task.assignee_id = candidate and task.brand_id = next_in_turn.brand and task.status = 'pending'
    ) end,
    -- Ids sort by time: who was asked longest ago comes first. One look into the index for each candidate.
    (
      select task.id from public.workflow_tasks as task
      where task.assignee_id = candidate and task.brand_id = next_in_turn.brand
      order by task.id desc
      limit 1
    ) nulls first,
    candidate
  limit 1;
$function$;

CREATE OR REPLACE FUNCTION private.next_ready_step(run public.workflow_instances)
 RETURNS public.workflow_step_runs
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Asked of all waiting steps, not only of those that follow the step that was just closed.
  select candidate.*
  from public.workflow_step_runs as candidate
  where
    candidate.instance_id = run.id
    and candidate.status = 'waiting'
    and not exists (
      select
      from public.workflow_step_runs as other
      where
        other.instance_id = run.id
        and other.status not in ('approved', 'skipped')
        and private.waits_on(
          run.workflow_type::text, candidate.definition -> 'prerequisites', candidate.position, other.position
        )
    )
  order by candidate.position
  limit 1;
$function$;

CREATE OR REPLACE FUNCTION private.normal_definition(definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'description', '', 'type', 'sequential', 'content_types', '[]'::jsonb, 'is_default', false, 'timeout_hours', null,
    'escalate_to', null
  ) || definition || jsonb_build_object('steps', coalesce((
    select jsonb_agg(
      jsonb_build_object(
        'index', step.number - 1, 'instructions', '', 'type', 'approval', 'require_all_approvals', false,
        'timeout_hours', null, 'reminder_percent', 80, 'assigned_role', case
          -- Nobody named: the admins of the brand.
          when not coalesce(step.definition ? 'assignment_type', false) then 'admin'
        end,
        'assignment_type', 'role', 'is_required', true, 'allow_skip', false, 'prerequisites', '[]'::jsonb,
        'condition', null, 'skip_condition', null, 'actions', '["approve", "reject", "request_changes"]'::jsonb,
        'requires_published_url', false, 'automated_check', null, 'assignees', '[]'::jsonb
      ) || step.definition || jsonb_build_object('position', step.number)
      order by step.number
    )
    from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
  ), '[]'));
end;
$function$;

ALTER FUNCTION "private"."normal_definition"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.open_run(run public.workflow_instances, content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_action(run, null, 'start');
  perform private.append_run_event(
    run, 'WorkflowStarted', jsonb_build_object('workflowId', run.workflow_id, 'workflow', run.workflow_name)
  );
  return private.advance_run(run, content);
end;
$function$;

ALTER FUNCTION "private"."open_run"(public.workflow_instances, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.open_step(run public.workflow_instances, step_run public.workflow_step_runs)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.workflow_step_runs
  set
    status = 'active',
    opened_at = now(),
    due_at = now() + make_interval(hours => (step_run.definition ->> 'timeout_hours')::integer)
  where workflow_step_runs.id = step_run.id
  returning * into step_run;
  if step_run.definition ->> 'type' = 'automated' then
    perform private.enqueue_job('workflow', 'automated_step', run.brand_id, jsonb_build_object(
      'stepRunId', step_run.id, 'contentId', run.content_id, 'round', step_run.round,
      'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  perform private.ask_people(run, step_run, array(select private.step_assignees(step_run)));
end;
$function$;

CREATE OR REPLACE FUNCTION private.open_step_of(content public.contents, step_run_id uuid, person uuid DEFAULT NULL::uuid)
 RETURNS public.workflow_step_runs
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  run constant public.workflow_instances := private.active_run(content.id);
  step_run public.workflow_step_runs;
begin
  if step_run_id is not null and not exists (
    select from public.workflow_step_runs as known
    where known.id = open_step_of.step_run_id and known.content_id = content.id
  ) then
    perform private.refuse(404, 'step not found');
  end if;
  if run.id is null then
    perform private.refuse(
      409, format('a content that is %s is not in review', content.status), private.last_decision(content, null)
    );
  elsif run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first', private.last_decision(content, null));
  end if;
  select candidate.* into step_run
  from public.workflow_step_runs as candidate
  left join public.workflow_tasks as task
    on
      task.step_run_id = candidate.id and task.round = candidate.round and task.status = 'pending'
      and task.assignee_id = open_step_of.person
  where
    candidate.instance_id = run.id and candidate.status = 'active'
    and (open_step_of.step_run_id is null or candidate.id = open_step_of.step_run_id)
  order by task.id is not null desc, candidate.position
  limit 1;
  if step_run.id is null then
    perform private.refuse(409, 'this step is not open', private.last_decision(content, step_run_id));
  end if;
  return step_run;
end;
$function$;

ALTER FUNCTION "private"."open_step_of"(public.contents, uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.other_admins(step_run public.workflow_step_runs, person uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  admins constant uuid [] := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = step_run.brand_id and member.role = 'admin' and member.user_id <> person
      and private.may_take_step(step_run, member.user_id)
    order by member.user_id
    limit 20
  );
begin
  if cardinality(admins) = 0 then
    perform private.refuse(409, 'nobody else in the brand may decide the step of a task', jsonb_build_array(
      jsonb_build_object(
        'field', 'targetId', 'code', 'CONFLICT', 'message', 'made the content of a task, or has its step already'
      )
    ));
  end if;
  return admins;
end;
$function$;

ALTER FUNCTION "private"."other_admins"(public.workflow_step_runs, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.override_documents(override_ids uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  is_platform constant boolean := private.is_platform_admin();
  writable constant uuid [] := private.writable_master_brands();
  people jsonb;
  active jsonb;
begin
  select private.people_named(array_agg(found.created_by) || array_agg(found.updated_by)) into people
  from public.market_overrides as found where found.id = any (override_ids);
  select jsonb_agg(countries.code order by countries.code) into active
  from public.countries where countries.is_active and exists (
    select from public.market_overrides as found
    where found.id = any (override_ids) and found.market_country = '__ALL_COUNTRIES__'
  );
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', rule.id, 'market', rule.market_country, 'is_blocked', rule.is_blocked, 'version', rule.version,
        'effect', case
          when rule.replacement_claim_id is not null then 'replaces'
          when rule.is_blocked then 'blocks' else 'exempts'
        end,
        'countries', case when rule.market_country = '__ALL_COUNTRIES__' then active end,
        'product', jsonb_build_object('id', product.id, 'name', product.name),
        'master_claim', private.claim_reference(master), 'replacement_claim', private.claim_reference(replacement),
        'created_at', rule.created_at, 'updated_at', rule.updated_at,
        'created_by', private.named_person(rule.created_by, people),
        'updated_by', private.named_person(rule.updated_by, people),
        'allowed_actions', case
          when is_platform or product.master_claim_brand_id = any (writable) then '["delete", "read", "update"]'
          when rule.created_by = auth.uid() and rule.market_country <> '__ALL_COUNTRIES__'
            and not private.denies_claim_write(array[product.master_claim_brand_id]) then '["read", "update"]'
          else '["read"]'
        end::jsonb
      )
      order by asked.place
    ), '[]')
    from unnest(override_ids) with ordinality as asked (id, place)
    inner join public.market_overrides as rule on rule.id = asked.id
    inner join public.products as product on product.id = rule.product_id
    inner join public.claims as master on master.id = rule.master_claim_id
    left join public.claims as replacement on replacement.id = rule.replacement_claim_id
  );
end;
$function$;

ALTER FUNCTION "private"."override_documents"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.overrides_in_force(products uuid[], markets text[], at timestamp with time zone)
 RETURNS TABLE(product_id uuid, market text, override_id uuid, master_id uuid, level public.claim_level, master_key text, replacement_id uuid, replacement_key text, replacement_status public.claim_status, has_effect boolean)
 LANGUAGE sql
 STABLE ROWS 100
 SET search_path TO ''
AS $function$
  with picked as (
    -- One override for each master claim: a rule for the country beats a rule for all countries.
    select distinct on (override.product_id, asked.market, override.master_claim_id)
      override.*, asked.market, master.level, private.claim_text_key(master.text) as master_key
    from public.market_overrides as override
    cross join unnest(overrides_in_force.markets) as asked (market)
    inner join public.claims as master on master.id = override.master_claim_id
    inner join public.products as product on product.id = override.product_id
    inner join public.master_claim_brands as brand on brand.id = product.master_claim_brand_id
    where
      override.product_id = any (overrides_in_force.products)
      and override.market_country in ('__ALL_COUNTRIES__', asked.market)
      and master.archived_at is null and product.archived_at is null and brand.archived_at is null
    order by
      override.product_id, asked.market, override.master_claim_id, override.market_country = '__ALL_COUNTRIES__'
  )
  select
    picked.product_id, picked.market, picked.id, picked.master_claim_id, picked.level, picked.master_key,
    replacement.id, private.claim_text_key(replacement.text), replacement.status,
    -- A rule that neither blocks nor replaces has no effect, except that it beat the rule for all countries above.
    picked.is_blocked or picked.replacement_claim_id is not null
  from picked
  left join public.claims as replacement
    on
      replacement.id = picked.replacement_claim_id
      and replacement.archived_at is null
      and replacement.effective_from <= overrides_in_force.at
      and (replacement.effective_to is null or replacement.effective_to > overrides_in_force.at)
      and coalesce(replacement.approval, 'approved') = 'approved'
      -- It may have left the market since the rule was made.
      and replacement.countries && array['__GLOBAL__', picked.market];
$function$;

ALTER FUNCTION "private"."overrides_in_force"(uuid[], text[], timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.own_approval(claim_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'rule', 'claim.decide.twice', 'message', format(
      'you approved the step %s at %s', given.step_name,
      to_char(given.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )), '[]')
  from public.claim_approvals as given
  where given.claim_id = own_approval.claim_id and given.is_current and given.actor_id = auth.uid();
$function$;

ALTER FUNCTION "private"."own_approval"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.own_delegation(delegation_id uuid)
 RETURNS private.delegations
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found private.delegations;
begin
  -- The right before the lock: strangers must neither wait for the row nor make others wait.
  select delegations.* into found from private.delegations where delegations.id = own_delegation.delegation_id;
  if found.id is null or not private.may_read_delegation(found) then
    perform private.refuse(404, 'delegation not found');
  end if;
  perform private.require_delegation_rights(found.user_id, found.brand_id);
  select delegations.* into found from private.delegations where delegations.id = own_delegation.delegation_id
  for update;
  if found.id is null then
    perform private.refuse(404, 'delegation not found');
  end if;
  return found;
end;
$function$;

ALTER FUNCTION "private"."own_delegation"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.pass_task_on(task public.workflow_tasks, step_run public.workflow_step_runs, people uuid[], reason text, excluded uuid[] DEFAULT '{}'::uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run constant public.workflow_instances := private.active_run(task.content_id);
  next_person constant uuid := (private.stand_ins(people[1], step_run, excluded))[1];
  content public.contents;
  person uuid;
begin
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', next_person
  ));
  update public.workflow_tasks set status = 'reassigned', decided_at = now(), reassigned_to = next_person
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000), task.assignee_id, next_person);
  foreach person in array people loop
    perform private.assign_task(run, step_run, person, excluded);
  end loop;
  select contents.* into content from public.contents where contents.id = task.content_id;
  perform private.unblock_step(content, step_run.id);
end;
$function$;

ALTER FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_in_turn(wished private.delegations)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  people uuid [] := array[wished.user_id, wished.delegate_id];
  reached uuid [] := array[wished.delegate_id];
begin
  for hop in 1..10 loop
    reached := array(
      select distinct other.delegate_id
      from private.delegations as other
      where other.user_id = any (reached) and other.ends_at > now() and other.delegate_id <> all (people)
      limit 100
    );
    exit when cardinality(reached) = 0;
    people := people || reached;
  end loop;
  return people;
end;
$function$;

ALTER FUNCTION "private"."people_in_turn"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_of_brand(people uuid[], brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select jsonb_object_agg(named.id, named.document)
    from (
      select wanted.id, private.person_document(wanted.id, brand) as document
      from (select distinct each as id from unnest(people) as each where each is not null) as wanted
    ) as named
    where named.document is not null
  ), '{}');
end;
$function$;

ALTER FUNCTION "private"."people_of_brand"(uuid[], uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_of_runs(content public.contents, run public.workflow_instances)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select runs.started_by from public.workflow_instances as runs where runs.content_id = content.id
    union
    select runs.completed_by from public.workflow_instances as runs where runs.content_id = content.id
    union
    select step_run.closed_by from public.workflow_step_runs as step_run where step_run.instance_id = run.id
    union
    select task.assignee_id from public.workflow_tasks as task where task.instance_id = run.id
    union
    select task.reassigned_to from public.workflow_tasks as task where task.instance_id = run.id
    union
    select person
    from public.workflow_actions as actions
    cross join unnest(array[actions.actor_id, actions.from_id, actions.to_id]) as person
    where actions.instance_id = run.id
  );
end;
$function$;

ALTER FUNCTION "private"."people_of_runs"(public.contents, public.workflow_instances) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_to_ask(definition jsonb, brand uuid, author uuid)
 RETURNS TABLE(person uuid, is_instead boolean)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  kind constant text := coalesce(definition ->> 'assignment_type', 'user');
  named constant uuid [] := array(
    select jsonb_array_elements_text(coalesce(definition -> 'assignees', '[]'))::uuid
  );
  least_role constant public.brand_role := (definition ->> 'assigned_role')::public.brand_role;
  candidates uuid [];
begin
  -- People who have left, or could not decide, are not asked, even where the step names them.
  candidates := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = people_to_ask.brand
      and case kind
        when 'creator' then member.user_id = author
        when 'role' then member.role >= least_role and member.user_id is distinct from author
        else
          member.user_id = any (named)
          or (cardinality(named) = 0 and member.role >= least_role and member.user_id is distinct from author)
      end
      and private.may_be_asked(member.user_id, member.brand_id)
    order by member.user_id
  );
  if kind in ('round_robin', 'least_loaded') and cardinality(candidates) > 1 then
    candidates := array[private.next_in_turn(candidates, brand, kind)];
  end if;
  if cardinality(candidates) > 0 then
    return query select candidate, false from unnest(candidates) as candidate;
    return;
  end if;
  -- A step without anybody goes to the admins of the brand (domain §5), except the author, who decides only where the
  -- step names them.
  return query
    select member.user_id, true
    from public.brand_members as member
    where
      member.brand_id = people_to_ask.brand
      and member.role = 'admin'
      and member.user_id is distinct from author
      and private.may_be_asked(member.user_id, member.brand_id);
end;
$function$;

ALTER FUNCTION "private"."people_to_ask"(jsonb, uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_who_count(step_run public.workflow_step_runs)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select task.assignee_id from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and (
        task.status = 'completed'
        or (task.status = 'pending' and step_run.definition -> 'require_all_approvals' = 'true')
      )
  );
end;
$function$;

ALTER FUNCTION "private"."people_who_count"(public.workflow_step_runs) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.person_of_definition(written text)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(
    private.as_uuid(written),
    case when position('@' in written) > 0 then private.find_person(jsonb_build_object('email', written)) end
  );
end;
$function$;

ALTER FUNCTION "private"."person_of_definition"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.place_in(finding jsonb, name text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case
    when jsonb_typeof(finding -> name) = 'number' and (finding ->> name)::numeric between 0 and 10000000
      then trunc((finding ->> name)::numeric)::integer
    else 0
  end;
$function$;

ALTER FUNCTION "private"."place_in"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.plan_workflows(brand uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  workflows text [];
begin
  -- As with templates: what a plan has is asked of accounts that are blocked beyond it.
  select plans.workflows into workflows
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id and accounts.overage = 'block'
  inner join public.plans on plans.name = accounts.plan
  where brands.id = plan_workflows.brand;
  return workflows;
end;
$function$;

ALTER FUNCTION "private"."plan_workflows"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.predefined_form(definition jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- The people whom the steps name do not matter: brands choose them.
  return (
    select known ->> 'predefined'
    from jsonb_array_elements(private.predefined_workflows()) as known
    where
      private.form_of(private.normal_definition(known)) = private.form_of(definition)
    limit 1
  );
end;
$function$;

ALTER FUNCTION "private"."predefined_form"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.predefined_workflows()
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- The seeds of domain §5. Admins of the brand are asked until the brand names others.
  return '[
    {
      "predefined": "simple_review", "name": "Simple review", "type": "sequential",
      "description": "One person approves within a day.",
      "steps": [{"name": "Review", "type": "review", "timeout_hours": 24}]
    },
    {
      "predefined": "marketing_legal", "name": "Marketing and legal", "type": "sequential",
      "description": "Marketing reviews within one day, then legal approves within two.",
      "steps": [
        {"name": "Marketing", "type": "review", "timeout_hours": 24},
        {"name": "Legal", "type": "approval", "timeout_hours": 48}
      ]
    },
    {
      "predefined": "full_approval", "name": "Full approval", "type": "parallel",
      "description": "The brand reviews, then legal and compliance side by side, and an executive decides last.",
      "steps": [
        {"name": "Brand", "type": "review", "timeout_hours": 24},
        {"name": "Legal", "type": "approval", "timeout_hours": 48, "prerequisites": [1]},
        {"name": "Compliance", "type": "approval", "timeout_hours": 48, "prerequisites": [1]},
        {
          "name": "Executive", "type": "approval", "timeout_hours": 72, "prerequisites": [2, 3],
          "actions": ["approve", "reject"]
        }
      ]
    }
  ]'::jsonb;
end;
$function$;

ALTER FUNCTION "private"."predefined_workflows"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.product_document(product public.products)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select to_jsonb(product) - array['created_by', 'updated_by', 'master_claim_brand_id'] || jsonb_build_object(
    'claim_brand', (
      select jsonb_build_object('id', master.id, 'name', master.name)
      from public.master_claim_brands as master where master.id = product.master_claim_brand_id
    ),
    'ingredients', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', ingredients.id, 'name', ingredients.name) order by ingredients.name, ingredients.id
      ), '[]')
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id
    ),
    'uses', jsonb_build_object(
      'claims', (
        select count(*) from public.claim_subjects as subject
        inner join public.claims on claims.id = subject.claim_id
        where subject.product_id = product.id and claims.archived_at is null
      ),
      'overrides', (select count(*) from public.market_overrides as rule where rule.product_id = product.id)
    ),
    'allowed_actions', private.catalogue_actions(product.archived_at)
  );
$function$;

ALTER FUNCTION "private"."product_document"(public.products) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.product_facts(brand uuid, product_id uuid, market text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  product public.products;
begin
  select products.* into product
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = product_facts.product_id and link.brand_id = product_facts.brand;
  if product.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  -- Nothing resolves for an archived product, which a model would take for "no restrictions".
  perform private.require_product_in_use(product.id);
  perform private.check_market(market);
  return jsonb_build_object(
    'id', product.id, 'name', product.name, 'description', product.description, 'market', market,
    'ingredients', coalesce((
      select jsonb_agg(ingredients.name order by ingredients.name)
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id
    ), '[]'),
    'claims', coalesce((
      -- A claim that an override blocks must not be made: `none` is shown as disallowed (domain §13).
      select jsonb_agg(
        jsonb_build_object(
          'id', resolved.claim_id, 'master_id', resolved.master_claim_id, 'text', resolved.claim_text,
          'original_text', resolved.original_text,
          'status', case resolved.status when 'none' then 'disallowed' else resolved.status end
        )
        order by resolved.scope, resolved.level, resolved.claim_text
      )
      from private.resolve_product_claims(array[product.id], market, now()) as resolved
    ), '[]')
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.product_problem(field jsonb, value jsonb, brand uuid, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  named jsonb := case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end;
begin
  if jsonb_typeof(value) = 'array' and not coalesce((field ->> 'allowMultiple')::boolean, false)
    or jsonb_array_length(named) > 50
    or named @? '$[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))'
  then
    return private.problem('INVALID_FORMAT', 'must name a product by its id');
  elsif level <> 'shape' and exists (
    select from jsonb_array_elements_text(named) as product_id
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product_id::uuid and link.brand_id = brand and products.archived_at is null
    )
  ) then
    return private.problem('INVALID_FORMAT', 'the brand has no such product');
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.products_named(content public.contents)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
begin
  return array(
    select distinct products.id
    from jsonb_array_elements(private.as_array(form)) as field
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(content.fields -> (field ->> 'id'))
        when 'array' then content.fields -> (field ->> 'id')
        else jsonb_build_array(content.fields -> (field ->> 'id'))
      end
    ) as named
    inner join public.products on products.id = private.as_uuid(named #>> '{}')
    inner join public.brand_master_claim_brands as link
      on link.master_claim_brand_id = products.master_claim_brand_id and link.brand_id = content.brand_id
    where field ->> 'type' = 'product_selector'
    order by 1
    limit 201
  );
end;
$function$;

ALTER FUNCTION "private"."products_named"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.prune_claim_checks(content_id uuid, market text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.claim_reviews
  where
    claim_reviews.id in (
      select former.id
      from public.claim_reviews as former
      where
        former.content_id = prune_claim_checks.content_id and former.country = prune_claim_checks.market
        and former.source = 'check' and not former.is_current and former.overridden_at is null
      order by former.id desc
      offset 20
    );
$function$;

ALTER FUNCTION "private"."prune_claim_checks"(uuid, text) OWNER TO "postgres";

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
  perform private.transition_content(content, 'published');
  return 'published';
end;
$function$;

CREATE OR REPLACE FUNCTION private.readable_product(product_id uuid)
 RETURNS public.products
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  product public.products;
begin
  select products.* into product from public.products where products.id = readable_product.product_id;
  if product.id is null or not (
    private.is_platform_admin() or product.master_claim_brand_id = any (private.readable_master_brands())
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  return product;
end;
$function$;

ALTER FUNCTION "private"."readable_product"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_action(run public.workflow_instances, step_run public.workflow_step_runs, action text, comment text DEFAULT ''::text, from_id uuid DEFAULT NULL::uuid, to_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  insert into public.workflow_actions (
    brand_id, content_id, instance_id, step_run_id, action, actor_id, comment, duration_minutes, round, from_id, to_id
  )
  values (
    run.brand_id, run.content_id, run.id, step_run.id, record_action.action, auth.uid(), record_action.comment,
    floor(extract(epoch from now() - step_run.opened_at) / 60), step_run.round, record_action.from_id,
    record_action.to_id
  );
$function$;

ALTER FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text, uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_claim_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.claim_versions (
    claim_id, version, text, status, countries, effective_from, effective_to, category, regulatory_references,
    documentation_urls, notes, approval, approval_position, archived_at, created_by
  )
  values (
    new.id, new.version, new.text, new.status, new.countries, new.effective_from, new.effective_to, new.category,
    new.regulatory_references, new.documentation_urls, new.notes, new.approval, new.approval_position, new.archived_at,
    new.updated_by
  );
  return null;
end;
$function$;

ALTER FUNCTION "private"."record_claim_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_vetting_feedback(generation public.ai_generations, feedback jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  stored public.vetting_feedback;
begin
  insert into public.vetting_feedback (
    brand_id, content_id, content_version, step_run_id, market, generation_id, items, created_by
  )
  select
    generation.brand_id, generation.content_id, generation.content_version, step_run.id,
    generation.parameters ->> 'market', generation.id, feedback, generation.user_id
  from public.workflow_step_runs as step_run
  where
    step_run.id = (generation.parameters ->> 'stepId')::uuid and step_run.content_id = generation.content_id
  on conflict on constraint vetting_feedback_once_key do update set
    generation_id = excluded.generation_id, items = excluded.items, created_by = excluded.created_by, created_at = now()
  returning * into stored;
  if stored.id is not null then
    perform private.append_event(
      stored.brand_id, 'content', stored.content_id, 'VettingFeedbackProduced', jsonb_build_object(
        'stepId', stored.step_run_id, 'market', stored.market, 'version', stored.content_version,
        'items', jsonb_array_length(stored.items)
      )
    );
  end if;
end;
$function$;

ALTER FUNCTION "private"."record_vetting_feedback"(public.ai_generations, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_workflow_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- A new workflow of a command has its steps at the end of the command only, which writes the version itself.
  if tg_op = 'UPDATE' or coalesce(current_setting('mixerai.workflow_in_hand', true), '') = '' then
    perform private.keep_workflow_version(new);
  end if;
  return null;
end;
$function$;

ALTER FUNCTION "private"."record_workflow_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_archived(claim public.claims)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if claim.archived_at is not null then
    perform private.refuse(409, 'the claim is archived: restore it first');
  end if;
end;
$function$;

ALTER FUNCTION "private"."refuse_archived"(public.claims) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_closed_task(task public.workflow_tasks)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  last public.workflow_actions;
  person jsonb;
  message text;
begin
  if task.status = 'completed' then
    last.action := task.decision;
    last.actor_id := task.assignee_id;
    last.created_at := task.decided_at;
  else
    -- What closed the step, or what ended the run.
    select action.* into last from public.workflow_actions as action
    where
      action.instance_id = task.instance_id and action.created_at >= task.decided_at
      and (action.step_run_id = task.step_run_id or action.step_run_id is null)
    order by action.step_run_id is null, action.id
    limit 1;
  end if;
  last.action := coalesce(last.action, task.status::text);
  last.created_at := coalesce(last.created_at, task.decided_at);
  person := private.person_document(last.actor_id, task.brand_id);
  message := format(
    'the task was closed before: %s by %s at %s', replace(last.action, '_', ' '),
    coalesce(person ->> 'name', 'somebody'), to_char(last.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  );
  perform private.refuse(409, message, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'field', 'taskId', 'code', 'CONFLICT', 'message', message, 'action', last.action, 'by', person ->> 'id',
    'at', to_char(last.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  ))));
end;
$function$;

ALTER FUNCTION "private"."refuse_closed_task"(public.workflow_tasks) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_second_vetting(content public.contents, step_id uuid, market text, is_forced boolean)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The content is locked: of two requests at once, the second one sees the generation of the first.
  if exists (
    select from public.ai_generations as generation
    where
      generation.content_id = content.id and generation.brand_id = content.brand_id
      and generation.type = 'vetting_feedback' and generation.status = 'pending'
      and generation.content_version = content.version
      and generation.parameters ->> 'stepId' = step_id::text and generation.parameters ->> 'market' = market
  ) then
    perform private.refuse(409, 'the feedback is being produced already');
  end if;
  if not is_forced and exists (
    select from public.vetting_feedback as stored
    where
      stored.content_id = content.id and stored.content_version = content.version
      and stored.step_run_id = step_id and stored.market = refuse_second_vetting.market
  ) then
    perform private.refuse(409, 'there is feedback on this version already');
  end if;
end;
$function$;

ALTER FUNCTION "private"."refuse_second_vetting"(public.contents, uuid, text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_used(uses jsonb, subject text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  details jsonb;
begin
  select jsonb_agg(
    jsonb_build_object('field', entry.key, 'code', 'CONFLICT', 'message', entry.value #>> '{}') order by entry.key
  )
  into details
  from jsonb_each(uses) as entry where entry.value <> '0';
  if details is not null then
    perform private.refuse(409, 'the ' || subject || ' is in use', details);
  end if;
end;
$function$;

ALTER FUNCTION "private"."refuse_used"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.release_tasks(person uuid, brand uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  content public.contents;
begin
  for task in
    select tasks.* from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.brand_id = brand and tasks.status = 'pending'
    order by tasks.content_id, tasks.id
  loop
    select * into content from public.contents where contents.id = task.content_id for update;
    update public.workflow_tasks set status = 'cancelled', decided_at = now()
    where workflow_tasks.id = task.id and workflow_tasks.status = 'pending';
    perform private.unblock_step(content, task.step_run_id);
  end loop;
end;
$function$;

CREATE OR REPLACE FUNCTION private.repeat_run(content public.contents, former public.workflow_instances)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to
  )
  values (
    former.workflow_id, former.workflow_name, former.workflow_type, former.workflow_version, former.brand_id,
    former.content_id, auth.uid(), now() + (former.deadline_at - former.started_at), former.escalate_to
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select run.id, run.content_id, run.brand_id, step.position, step.name, step.definition - 'published_url'
  from public.workflow_step_runs as step
  where step.instance_id = former.id;
  return private.open_run(run, content);
end;
$function$;

ALTER FUNCTION "private"."repeat_run"(public.contents, public.workflow_instances) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.replace_claim_scopes(claim public.claims)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.claim_scopes where claim_scopes.claim_id = claim.id;
  insert into private.claim_scopes (
    subject_id, country, text_key, level, status, claim_id, effective_from, effective_to, is_approved
  )
  select
    subject.id, country, private.claim_text_key(claim.text), claim.level, claim.status, claim.id,
    claim.effective_from, claim.effective_to, coalesce(claim.approval, 'approved') = 'approved'
  from (
    select claim.master_claim_brand_id as id
    union
    select coalesce(subjects.product_id, subjects.ingredient_id)
    from public.claim_subjects as subjects where subjects.claim_id = claim.id
  ) as subject
  cross join unnest(claim.countries) as country
  where subject.id is not null and claim.archived_at is null
  group by subject.id, country;
$function$;

CREATE OR REPLACE FUNCTION private.replacement_for(claim_id uuid, market text, master_brands uuid[])
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Claims of ingredients are shared: what other catalogue brands say of them is nothing of this tenant's.
  with stocked as (
    select products.id from public.products where products.master_claim_brand_id = any (replacement_for.master_brands)
  ),
  lost as (
    select claims.*, claims.text ->> 'original' as original
    from public.claims where claims.id = replacement_for.claim_id
  ),
  named as (
    -- The replacement that a rule of the market names
    select replacement.text ->> 'original' as words
    from public.market_overrides as override
    inner join stocked on stocked.id = override.product_id
    inner join public.claims as replacement on replacement.id = override.replacement_claim_id
    where
      override.master_claim_id = replacement_for.claim_id
      and override.market_country in (replacement_for.market, '__ALL_COUNTRIES__')
      and replacement.countries && array['__GLOBAL__', replacement_for.market]
      and replacement.status <> 'disallowed' and replacement.archived_at is null
    order by override.market_country = '__ALL_COUNTRIES__', override.id
    limit 1
  ),
  subjects as (
    select own.subject_id
    from private.claim_scopes as own
    where
      own.claim_id = replacement_for.claim_id
      and (
        own.subject_id = any (replacement_for.master_brands)
        or own.subject_id in (select stocked.id from stocked)
        or own.subject_id in (
          select part.ingredient_id from public.product_ingredients as part
          inner join stocked on stocked.id = part.product_id
        )
      )
  ),
  nearest as (
    select other.text ->> 'original' as words
    from lost
    cross join subjects
    inner join private.claim_scopes as scoped
      on
        scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', replacement_for.market)
        and scoped.status = 'allowed' and scoped.is_approved and scoped.effective_from <= now()
        and (scoped.effective_to is null or scoped.effective_to > now()) and scoped.claim_id <> lost.id
    inner join public.claims as other on other.id = scoped.claim_id
    where private.evidence_state(other.id) <> 'expired'
    order by extensions.similarity(other.text ->> 'original', lost.original) desc, other.id
    limit 1
  )
  select coalesce((select named.words from named), (select nearest.words from nearest));
$function$;

ALTER FUNCTION "private"."replacement_for"(uuid, text, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_action(content public.contents, action text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
  facts constant private.content_facts [] := private.content_facts(private.page_of(content), access, step_run_id);
  verdict record;
  rule private.content_rules;
  message text;
  is_forbidden boolean;
begin
  if facts = '{}' then
    perform private.refuse(404, 'content not found');
  end if;
  if action = any ((private.granted_actions(facts[1], access[1])).allowed_actions) then
    perform private.check_version(content, expected_version);
    return;
  end if;
  -- Refused: the rules say why.
  select verdicts.* into verdict from private.verdict_on(content, action, step_run_id) as verdicts;
  is_forbidden := verdict.reason in ('permission', 'restriction', 'scope', 'others', 'not_own');
  if is_forbidden is not true then
    perform private.check_version(content, expected_version);
  end if;
  select content_rules.* into rule from private.content_rules where content_rules.name = verdict.rule;
  message := private.rule_message(
    verdict.reason, action, case when content.deleted_at is null then content.status else 'deleted' end,
    case verdict.reason when 'others' then rule.others_permission else rule.permission end
  );
  if verdict.reason = 'claims' then
    message := coalesce(private.claims_refusal(content), message);
  end if;
  perform private.refuse(case when is_forbidden then 403 else 409 end, message, jsonb_build_array(jsonb_build_object(
    'field', 'action', 'code', case when is_forbidden then 'FORBIDDEN' else 'CONFLICT' end, 'message', message,
    'rule', verdict.rule || '.' || verdict.reason
  )));
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_approval_setup(master_claim_brand_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.require_claim_brands(master_claim_brand_id, null);
  if not private.is_platform_admin() and not master_claim_brand_id = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_approval_setup"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_claim_brands(claim_brand_id uuid, brand_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if claim_brand_id is not null then
    if not private.is_platform_admin() and not claim_brand_id = any (private.readable_master_brands())
      or not exists (select from public.master_claim_brands as master where master.id = claim_brand_id)
    then
      perform private.refuse(404, 'claim brand not found');
    end if;
    return array[claim_brand_id];
  elsif brand_id is not null then
    perform private.require_permission(brand_id, 'claim.read');
    return array(
      select link.master_claim_brand_id from public.brand_master_claim_brands as link
      where link.brand_id = require_claim_brands.brand_id
    );
  end if;
  perform private.refuse(400, 'name a claim brand or a brand', jsonb_build_array(jsonb_build_object(
    'field', 'claimBrandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'claimBrandId or brandId is required'
  )));
end;
$function$;

ALTER FUNCTION "private"."require_claim_brands"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_claim_subjects(level public.claim_level, subject_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  master_brands uuid[];
begin
  if level is null
    or coalesce(cardinality(subject_ids), 0) not between 1 and (case level when 'brand' then 1 else 500 end)
  then
    perform private.refuse(400, 'a claim names what it is about',
      '[{"field": "subjectIds", "code": "REQUIRED_FIELD_MISSING", "message": "one brand, or at least one other"}]');
  end if;
  if level = 'ingredient' then
    if not private.is_platform_admin() then
      perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
    end if;
    perform private.require_subjects_in_use(level, subject_ids);
    return;
  end if;
  master_brands := case level
    when 'brand' then array(
      select master.id from public.master_claim_brands as master
      where master.id = any (subject_ids)
    )
    else array(
      select distinct products.master_claim_brand_id from public.products where products.id = any (subject_ids)
    )
  end;
  perform private.require_claim_write(master_brands, level);
  -- Platform admins pass the check above without any catalogue brand.
  if cardinality(master_brands) = 0 then
    perform private.refuse(404, 'claim not found');
  end if;
  perform private.require_subjects_in_use(level, subject_ids);
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_claim_write(master_brands uuid[], level public.claim_level, author uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if private.is_platform_admin() then
    return;
  end if;
  if cardinality(master_brands) = 0 or not master_brands && private.readable_master_brands() then
    perform private.refuse(404, 'claim not found');
  end if;
  -- Claims of ingredients are shared by all tenants, so only platform admins write them. An author may edit their own
  -- claim while they may read it and no membership denies them claim.write.
  if author = auth.uid() and level <> 'ingredient' and not private.denies_claim_write(master_brands) then
    return;
  end if;
  if level = 'ingredient' or not master_brands <@ private.writable_master_brands() then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_decision(content public.contents, action text, expected_version integer, step_run_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  reason text;
  details text;
begin
  perform private.require_action(content, action, expected_version, step_run_id);
exception
  -- Whoever comes second is told who was first.
  when sqlstate 'PT409' then
    get stacked diagnostics reason = message_text, details = pg_exception_detail;
    perform private.refuse(409, reason, details::jsonb || case
      -- That the step does not offer it has nothing to do with others.
      when details::jsonb @? '$[*].rule ? (@ like_regex "[.]decision$")' then '[]'
      else private.last_decision(content, step_run_id)
    end);
end;
$function$;

ALTER FUNCTION "private"."require_decision"(public.contents, text, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_delegation_rights(person uuid, brand uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if person = auth.uid() and private.api_key_id() is null then
    if not private.person_trusted() then
      perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
    end if;
    return;
  end if;
  if brand is null then
    if not private.is_platform_admin() then
      perform private.refuse(403, 'for somebody else, name a brand of yours', jsonb_build_array(jsonb_build_object(
        'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'brandId is required'
      )));
    end if;
    return;
  end if;
  perform private.require_permission(brand, 'workflow.control', 'brand');
end;
$function$;

ALTER FUNCTION "private"."require_delegation_rights"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_markets(markets text[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  market text;
begin
  if coalesce(cardinality(markets), 0) not between 1 and 10 then
    perform private.refuse(400, 'a check needs 1 to 10 markets',
      '[{"field": "markets", "code": "REQUIRED_FIELD_MISSING", "message": "name one, or set those of the brand"}]');
  end if;
  foreach market in array markets loop
    perform private.check_market(market);
  end loop;
end;
$function$;

ALTER FUNCTION "private"."require_markets"(text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_new_assignee(task public.workflow_tasks, step_run public.workflow_step_runs, assignee_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.may_be_asked(require_new_assignee.assignee_id, task.brand_id) then
    perform private.refuse(400, 'only members of the brand who may review can be assigned', jsonb_build_array(
      jsonb_build_object(
        'field', 'assigneeId', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand who may review'
      )
    ));
  end if;
  perform private.require_present(require_new_assignee.assignee_id, task.brand_id);
  if exists (
    select from public.workflow_tasks as other
    where
      other.step_run_id = task.step_run_id and other.round = task.round
      and other.assignee_id = require_new_assignee.assignee_id and other.status in ('pending', 'completed')
  ) then
    perform private.refuse(409, 'this person has the step already');
  end if;
  if not private.may_decide_step(step_run, require_new_assignee.assignee_id) then
    perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_open_decision(claim public.claims, step public.claim_approval_steps, expected_version integer)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  since jsonb;
  problem constant text := private.decision_problem(claim, step);
begin
  since := coalesce(private.decided_since(claim.id, expected_version), '[]');
  -- Whoever comes second is told so, although the next step may be for another role.
  if problem is distinct from 'not_own' and claim.version <> expected_version and since <> '[]' then
    perform private.refuse(409, 'somebody decided on this claim before you', since);
  elsif problem in ('not_own', 'role') then
    perform private.refuse(403, case problem
      when 'not_own' then 'nobody decides on a claim that they wrote or changed'
      else format('this step is for reviewers of the role %s', step.reviewer_role)
    end, jsonb_build_array(jsonb_build_object(
      'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'claim.decide.' || problem,
      'message', case problem when 'not_own' then 'you wrote or changed this claim' else step.reviewer_role end
    )));
  elsif problem = 'status' then
    perform private.refuse(409, 'the claim is not in approval', since);
  elsif claim.version <> expected_version then
    perform private.require_version(claim.version, expected_version, 'claim');
  elsif problem = 'decided' then
    perform private.refuse(409, 'you have approved this claim already', private.own_approval(claim.id));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_open_decision"(public.claims, public.claim_approval_steps, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_own_market(brand_id uuid, markets text[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  own text;
begin
  select countries.code into own
  from public.brands
  inner join public.countries on countries.code = brands.country and countries.is_active
  where brands.id = require_own_market.brand_id;
  if cardinality(markets) > 0 and own <> all (markets) then
    perform private.refuse(400, 'the country of the brand is one of its markets', jsonb_build_array(jsonb_build_object(
      'field', 'markets', 'code', 'REQUIRED_FIELD_MISSING', 'message', format('must contain %s', own)
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_own_market"(uuid, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_present(person uuid, brand uuid, field text DEFAULT 'assigneeId'::text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  away constant private.delegations := private.active_delegation(person, brand);
  message text;
begin
  if away.id is not null then
    message := format(
      'this person is away until %s: %s stands in', to_char(away.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
      coalesce(private.person_document(away.delegate_id, brand) ->> 'name', 'somebody')
    );
    perform private.refuse(409, message, jsonb_build_array(jsonb_build_object(
      'field', require_present.field, 'code', 'CONFLICT', 'message', message
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_present"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_product_in_use(product_id uuid)
 RETURNS public.products
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  product public.products;
begin
  select products.* into product from public.products where products.id = require_product_in_use.product_id;
  if product.id is null or not (
    private.is_platform_admin() or product.master_claim_brand_id = any (private.readable_master_brands())
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  -- No claim of what is archived resolves. An empty answer would read as "no restrictions".
  if product.archived_at is not null or exists (
    select from public.master_claim_brands as master
    where master.id = product.master_claim_brand_id and master.archived_at is not null
  ) then
    perform private.refuse(409, 'the product or its claim brand is archived', jsonb_build_array(jsonb_build_object(
      'field', 'productId', 'code', 'CONFLICT', 'message', 'claims of what is archived do not resolve: restore it first'
    )));
  end if;
  return product;
end;
$function$;

ALTER FUNCTION "private"."require_product_in_use"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_products(brand_id uuid, product_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  archived uuid[];
begin
  if cardinality(product_ids) > 200 then
    perform private.refuse(409, 'the content names more than 200 products', jsonb_build_array(jsonb_build_object(
      'field', 'productIds', 'code', 'CONFLICT', 'message', 'at most 200 can be checked: name fewer'
    )));
  elsif exists (
    select from unnest(product_ids) as product (id)
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product.id and link.brand_id = require_products.brand_id
    )
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  archived := array(
    select products.id
    from public.products
    inner join public.master_claim_brands as master on master.id = products.master_claim_brand_id
    where
      products.id = any (require_products.product_ids)
      and (products.archived_at is not null or master.archived_at is not null)
    order by products.id
  );
  -- No claim of what is archived resolves: a check would find nothing to object to.
  if cardinality(archived) > 0 then
    perform private.refuse(409, 'a product or its claim brand is archived', jsonb_build_array(jsonb_build_object(
      'field', 'productId', 'code', 'CONFLICT', 'message',
      'claims of what is archived do not resolve: ' || array_to_string(archived[1:5], ', ')
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_products"(uuid, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_sound_delegation(wished private.delegations)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  missing jsonb;
  reached uuid [] := array[wished.delegate_id];
  most_years constant interval := '1 year';
begin
  if wished.delegate_id = wished.user_id then
    perform private.refuse(400, 'nobody stands in for themselves', jsonb_build_array(jsonb_build_object(
      'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'somebody else is expected'
    )));
  end if;
  if wished.ends_at <= wished.starts_at or wished.ends_at <= now() or wished.ends_at > wished.starts_at + most_years then
    perform private.refuse(400, 'the end lies after the beginning and after now, and within a year',
      jsonb_build_array(jsonb_build_object(
        'field', 'endsAt', 'code', 'INVALID_FORMAT', 'message', 'a later time, within a year of the beginning'
      ))
    );
  end if;
  if wished.brand_id is not null and not private.is_active_member(wished.user_id, wished.brand_id) then
    perform private.refuse(404, 'member not found');
  end if;
  select jsonb_agg(jsonb_build_object(
    'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'no access to ' || lacking.name, 'brandId', lacking.id
  ) order by lacking.name)
  into missing
  from (
    select brands.id, brands.name
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
    where
      member.user_id = wished.user_id and (wished.brand_id is null or member.brand_id = wished.brand_id)
      and (member.expires_at is null or member.expires_at > now())
      and not private.may_be_asked(wished.delegate_id, member.brand_id)
    order by brands.name
    limit 20
  ) as lacking;
  if missing is not null then
    perform private.refuse(400, 'the delegate has no access to brands of this person: name one brand', missing);
  end if;
  -- The same for people of other brands and for ids of nobody.
  if cardinality(private.shared_brands(wished)) = 0 then
    perform private.refuse(400, 'both people must be members of a brand', jsonb_build_array(jsonb_build_object(
      'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'no member of a brand of this person'
    )));
  end if;
  if exists (
    select from private.delegations as other
    where
      other.user_id = wished.user_id and other.id is distinct from wished.id
      and other.brand_id is not distinct from wished.brand_id
      and other.starts_at < wished.ends_at and other.ends_at > wished.starts_at
  ) then
    perform private.refuse(409, 'there is a delegation for this time already', jsonb_build_array(jsonb_build_object(
      'field', 'startsAt', 'code', 'CONFLICT', 'message', 'overlaps with another delegation'
    )));
  end if;
  if (
    select count(*) from private.delegations as other
    where other.user_id = wished.user_id and other.ends_at > now() and other.id is distinct from wished.id
  ) >= 20 then
    perform private.refuse(409, 'a person has at most 20 delegations that have not ended');
  end if;
  for hop in 1..10 loop
    reached := array(
      select distinct other.delegate_id
      from private.delegations as other
      where
        other.user_id = any (reached) and other.id is distinct from wished.id
        and other.starts_at < wished.ends_at and other.ends_at > wished.starts_at
        and (other.brand_id is null or wished.brand_id is null or other.brand_id = wished.brand_id)
      limit 100
    );
    exit when cardinality(reached) = 0;
    if wished.user_id = any (reached) then
      perform private.refuse(400, 'the tasks would come back', jsonb_build_array(jsonb_build_object(
        'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'delegates to this person in the same time'
      )));
    end if;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."require_sound_delegation"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_sound_workflow(brand uuid, definition jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  problems constant jsonb := private.workflow_problems(brand, definition);
begin
  if problems <> '[]' then
    perform private.refuse(400, 'the workflow cannot work', jsonb_path_query_array(problems, '$[0 to 19]'));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_sound_workflow"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_subjects_in_use(level public.claim_level, subject_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  missing uuid [];
begin
  missing := array(
    select subject from unnest(subject_ids) as subject
    where not case level
      when 'brand' then exists (
        select from public.master_claim_brands as found where found.id = subject and found.archived_at is null
      )
      when 'product' then exists (
        select from public.products as found where found.id = subject and found.archived_at is null
      )
      else exists (select from public.ingredients as found where found.id = subject and found.archived_at is null)
    end
  );
  if cardinality(missing) > 0 then
    perform private.refuse(400, 'what the claim is about does not exist, or is archived', jsonb_build_array(
      jsonb_build_object(
        'field', 'subjectIds', 'code', 'INVALID_FORMAT',
        'message', level::text || ' unknown or archived: ' || array_to_string(missing[1:5], ', ')
      )
    ));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_subjects_in_use"(public.claim_level, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_version(current integer, expected integer, subject text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if expected is null then
    perform private.refuse(428, 'name the version that you read');
  elsif current <> expected then
    perform private.refuse(412, 'the ' || subject || ' was changed by someone else', jsonb_build_array(
      jsonb_build_object('field', 'version', 'code', 'CONFLICT', 'message', current::text)
    ));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_version"(integer, integer, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_workflow_plan(brand uuid, definition jsonb, predefined text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  workflows constant text [] := private.plan_workflows(brand);
  -- One step in which people decide is a simple review, whatever it is called.
  is_simple constant boolean := jsonb_array_length(definition -> 'steps') = 1
    and definition #>> '{steps,0,type}' in ('review', 'approval');
begin
  if
    workflows is null or predefined = any (workflows)
    or (predefined is null and ('custom' = any (workflows) or (is_simple and 'simple_review' = any (workflows))))
  then
    return;
  end if;
  perform private.refuse(403, 'the plan does not have this workflow', jsonb_build_array(jsonb_build_object(
    'field', case when predefined is null then 'steps' else 'predefined' end, 'code', 'PLAN_LIMIT_EXCEEDED',
    'message', format('the plan has %s', array_to_string(workflows, ', '))
  )));
end;
$function$;

ALTER FUNCTION "private"."require_workflow_plan"(uuid, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.resolve_product_claims(products uuid[], market text, at timestamp with time zone, text_keys text[] DEFAULT NULL::text[], is_paired boolean DEFAULT false)
 RETURNS SETOF public.resolved_claim
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    held.product_id, claim.text ->> 'original', coalesce(master.text, claim.text) ->> 'original', held.status, held.scope,
    held.level, case held.scope when 1 then 'override' else held.level::text end, held.claim_id, held.master_claim_id,
    case held.scope when 1 then held.override_id end, held.is_master
  from private.stack_claims(
    resolve_product_claims.products, array[resolve_product_claims.market], resolve_product_claims.at,
    resolve_product_claims.text_keys, resolve_product_claims.is_paired
  ) as held
  inner join public.claims as claim on claim.id = held.claim_id
  left join public.claims as master on held.scope = 1 and master.id = held.master_claim_id
  where held.place = 1 and not held.is_replaced
  order by held.product_id, held.scope, held.level, claim.text ->> 'original', held.claim_id;
$function$;

ALTER FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone, text[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_of(content_id uuid, status text, version integer, created_by uuid, access private.brand_access[], allowed_actions text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  run public.workflow_instances;
  steps jsonb;
  asked uuid [];
  names jsonb;
  due_at timestamptz;
  is_mine boolean;
  is_skippable boolean;
  may_control constant boolean := coalesce('workflow.control' = any (access[1].permissions), false);
  may_decide constant boolean := coalesce(
    'content.review' <> all (access[1].restrictions)
    and (access[1].scope is null or 'content.review' = any (access[1].scope)), false
  );
begin
  -- Only these can have a review; a draft has one while its changes are requested, and not in its first versions.
  if status not in ('pending_review', 'in_review') and (status <> 'draft' or version < 3) then
    return null;
  end if;
  -- Whoever may withdraw a draft in review may do so now: for most drafts this saves the look.
  if
    status = 'draft' and not coalesce('withdraw' = any (allowed_actions), false)
    and (may_control or coalesce(
      created_by = auth.uid() and access[1].scope is null
      and 'workflow.control' <> all (access[1].restrictions), false
    ))
  then
    return null;
  end if;
  if ('workflow.read' = any (access[1].permissions)) is not true then
    return null;
  end if;
  run := private.active_run(content_id);
  if run.id is null then
    return null;
  end if;
  select
    jsonb_agg(jsonb_build_object(
      'id', step_run.id, 'position', step_run.position, 'name', step_run.name,
      'type', step_run.definition ->> 'type', 'round', step_run.round, 'due_at', step_run.due_at,
      'requires_all', step_run.definition -> 'require_all_approvals' = 'true',
      'decisions', private.as_array(step_run.definition -> 'actions'),
      'assignees', coalesce(of_step.assignees, '[]')
    ) order by step_run.position),
    min(step_run.due_at), bool_or(of_step.is_mine),
    bool_or(of_step.is_mine and step_run.definition -> 'allow_skip' = 'true')
  into steps, due_at, is_mine, is_skippable
  from public.workflow_step_runs as step_run
  left join lateral (
    select
      jsonb_agg(jsonb_build_object('id', task.assignee_id, 'status', task.status) order by task.id) as assignees,
      bool_or(task.assignee_id = auth.uid() and task.status = 'pending') as is_mine
    from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.round = step_run.round and task.status in ('pending', 'completed')
  ) as of_step on true
  where step_run.instance_id = run.id and step_run.status = 'active';
  asked := array(
    select (assignee ->> 'id')::uuid from jsonb_path_query(steps, '$[*].assignees[*]') as assignee
  );
  names := private.people_named(asked, access);
  return jsonb_build_object(
    'run_id', run.id, 'workflow_id', run.workflow_id, 'workflow_name', run.workflow_name,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'due_at', due_at,
    'steps', coalesce(steps, '[]'), 'names', names,
    'allowed_actions', to_jsonb(array_remove(
      array[
        case when 'approve' = any (allowed_actions) then 'approve' end,
        case when 'reject' = any (allowed_actions) then 'reject' end,
        case when 'requestChanges' = any (allowed_actions) then 'requestChanges' end,
        case when 'withdraw' = any (allowed_actions) then 'withdraw' end,
        case when 'submit' = any (allowed_actions) then 'resume' end,
        case when run.parked_at is null and (may_control or (is_skippable and may_decide)) then 'skip' end,
        case when run.parked_at is null and is_mine and may_decide then 'delegate' end,
        case when run.parked_at is null and may_control and cardinality(asked) > 0 then 'reassign' end,
        case when may_control then 'cancel' end
      ], null
    ))
  );
end;
$function$;

ALTER FUNCTION "private"."review_of"(uuid, text, integer, uuid, private.brand_access[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_path(definition jsonb, content public.contents, starts_at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
  steps constant jsonb := definition -> 'steps';
  most constant integer := jsonb_array_length(steps);
  states text [] := array_fill('waiting'::text, array[most]);
  opens timestamptz [] := array_fill(null::timestamptz, array[most]);
  closes timestamptz [] := array_fill(null::timestamptz, array[most]);
  at timestamptz := starts_at;
  is_open_ended boolean := false;
  is_changed boolean;
  is_any_required constant boolean := exists (
    select from jsonb_array_elements(steps) as step where (step ->> 'is_required')::boolean is not false
  );
  step_run public.workflow_step_runs;
  place integer;
  next_place integer;
  shown jsonb := '[]';
begin
  loop
    -- Opens what is ready, as private.advance_run does.
    loop
      is_changed := false;
      for place in 1..most loop
        continue when states[place] <> 'waiting' or exists (
          select from generate_series(1, most) as other
          where
            other <> place and states[other] not in ('asked', 'skipped', 'notified', 'checked')
            and private.waits_on(
              definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place, other
            )
        );
        is_changed := true;
        step_run.definition := steps -> place - 1;
        opens[place] := at;
        closes[place] := at;
        if not private.step_applies(step_run, content) then
          states[place] := 'skipped';
        elsif step_run.definition ->> 'type' = 'notification' then
          states[place] := 'notified';
        elsif step_run.definition ->> 'type' = 'automated' then
          states[place] := 'checked';
        else
          states[place] := 'open';
          closes[place] := at + make_interval(
            hours => coalesce((step_run.definition ->> 'timeout_hours')::integer, 0)
          );
        end if;
      end loop;
      exit when not is_changed;
    end loop;
    exit when not exists (
      select from generate_series(1, most) as other
      where
        states[other] in ('waiting', 'open')
        and (not is_any_required or (steps #>> array[(other - 1)::text, 'is_required'])::boolean is not false)
    );
    select other into next_place
    from generate_series(1, most) as other
    where states[other] = 'open'
    order by closes[other], other
    limit 1;
    exit when next_place is null;
    states[next_place] := 'asked';
    at := closes[next_place];
  end loop;
  for place in 1..most loop
    is_open_ended := is_open_ended or (
      states[place] = 'asked' and steps #>> array[(place - 1)::text, 'timeout_hours'] is null
    );
    shown := shown || (jsonb_build_object(
      'position', place,
      'name', steps #> array[(place - 1)::text, 'name'],
      'type', steps #> array[(place - 1)::text, 'type'],
      'outcome', case states[place] when 'waiting' then 'not_reached' when 'open' then 'not_awaited' else states[place] end,
      'reason', case states[place]
        when 'waiting' then 'the review ends before the step opens'
        when 'open' then 'the step is optional, and the review ends before it is due'
        else private.step_reason(steps -> place - 1, content)
      end,
      'is_required', (steps #>> array[(place - 1)::text, 'is_required'])::boolean is not false,
      'requires_all', (steps #>> array[(place - 1)::text, 'require_all_approvals'])::boolean is true,
      'opens_at', opens[place],
      'due_at', case when states[place] in ('asked', 'open') then opens[place] + make_interval(
        hours => (steps #>> array[(place - 1)::text, 'timeout_hours'])::integer
      ) end,
      'waits_for', to_jsonb(private.waits_for(
        definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place
      )),
      'beside', (
        select coalesce(jsonb_agg(other order by other), '[]') from generate_series(1, most) as other
        where
          other <> place and states[place] in ('asked', 'open') and states[other] in ('asked', 'open')
          and (
            opens[other] = opens[place]
            or (opens[other] < closes[place] and opens[place] < closes[other])
          )
          and other <> all (private.steps_before(definition, steps -> place - 1))
          and place <> all (private.steps_before(definition, steps -> other - 1))
      )
    ) || case
      when states[place] in ('asked', 'open', 'notified')
        then private.shown_path_people(steps -> place - 1, content.brand_id, content.created_by, access)
      else '{"people": [], "people_count": 0, "asks_admins_instead": false}'::jsonb
    end);
  end loop;
  return jsonb_build_object(
    'starts_at', starts_at,
    'ends_at', at,
    'is_open_ended', is_open_ended,
    'is_approved_at_once', not ('asked' = any (states)),
    'times_out_at', case
      when starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer) < at
        then starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer)
    end,
    'steps', shown
  );
end;
$function$;

ALTER FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_verdict(content public.contents, action text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  verdict record;
  rule private.content_rules;
begin
  select verdicts.* into verdict from private.verdict_on(content, action) as verdicts;
  if verdict.reason is not null then
    select content_rules.* into rule from private.content_rules where content_rules.name = verdict.rule;
  end if;
  return jsonb_build_object(
    'action', case action when 'submit' then 'resume' else action end,
    'is_allowed', verdict.rule is not null and verdict.reason is null,
    'rule', case when verdict.reason is not null then verdict.rule || '.' || verdict.reason end,
    'reason', case when verdict.reason is not null then private.rule_message(
      verdict.reason, action, content.status,
      case verdict.reason when 'others' then rule.others_permission else rule.permission end
    ) end
  );
end;
$function$;

ALTER FUNCTION "private"."review_verdict"(public.contents, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_verdicts(content public.contents, run public.workflow_instances)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  verdicts jsonb := '[]';
  action text;
  obstacle text;
  may_control constant boolean := private.permits(content.brand_id, 'workflow.control');
  is_open constant boolean := run.status = 'active' and run.parked_at is null;
  is_allowed boolean;
  skippable boolean;
  held boolean;
begin
  foreach action in array array['approve', 'reject', 'requestChanges', 'withdraw', 'restart'] loop
    verdicts := verdicts || private.review_verdict(content, action);
  end loop;
  if run.status = 'active' and run.parked_at is not null then
    verdicts := verdicts || private.review_verdict(content, 'submit');
  else
    verdicts := verdicts || jsonb_build_object(
      'action', 'resume', 'is_allowed', false, 'rule', null, 'reason', 'no changes are requested'
    );
  end if;
  select bool_or(private.may_skip(step_run)) into skippable
  from public.workflow_step_runs as step_run
  where step_run.instance_id = run.id and step_run.status = 'active';
  held := exists (
    select from public.workflow_tasks as task
    where task.instance_id = run.id and task.assignee_id = auth.uid() and task.status = 'pending'
  );
  foreach action in array array['skip', 'delegate', 'reassign', 'cancel'] loop
    is_allowed := case action
      when 'skip' then coalesce(skippable, may_control)
      when 'delegate' then held and private.scope_allows('content.review', content.brand_id)
      else may_control
    end;
    obstacle := case
      when not is_allowed then case action
        when 'skip' then 'this needs the permission workflow.control in the brand, or a task in a step that allows skipping'
        when 'delegate' then 'you have no task in this review'
        else 'this needs the permission workflow.control in the brand'
      end
      when run.status is distinct from 'active' then format('a content that is %s is not in review', content.status)
      when action <> 'cancel' and not is_open then 'changes are requested: the content is submitted first'
    end;
    verdicts := verdicts || jsonb_build_object(
      'action', action, 'is_allowed', obstacle is null, 'rule', null, 'reason', obstacle
    );
  end loop;
  return verdicts;
end;
$function$;

ALTER FUNCTION "private"."review_verdicts"(public.contents, public.workflow_instances) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.reviewer_document(reviewer_id uuid, people jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', held.id, 'brand_id', held.brand_id, 'reviewer_role', held.reviewer_role, 'created_at', held.created_at,
    'user', coalesce(private.named_person(held.user_id, people), jsonb_build_object('id', held.user_id, 'name', null)),
    'claim_brand', case when master.id is not null then jsonb_build_object('id', master.id, 'name', master.name) end,
    'allowed_actions', case
      when private.permits(held.brand_id, 'member.manage') then '["delete", "read"]'::jsonb else '["read"]'
    end
  )
  from public.claim_reviewers as held
  left join public.master_claim_brands as master on master.id = held.master_claim_brand_id
  where held.id = reviewer_document.reviewer_id;
$function$;

ALTER FUNCTION "private"."reviewer_document"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.reviewers_of(claim_id uuid, master_brands uuid[], reviewer_roles text[])
 RETURNS TABLE(user_id uuid, brand_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Claims of ingredients are shared by all tenants, so platform admins alone decide on them.
  select admins.user_id, null::uuid
  from private.platform_admins as admins
  where exists (
    select from public.claims where claims.id = reviewers_of.claim_id and claims.level = 'ingredient'
  )
  union all
  (
    select distinct on (held.user_id) held.user_id, held.brand_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link on link.brand_id = held.brand_id
    inner join public.brand_members as member on member.brand_id = held.brand_id and member.user_id = held.user_id
    where
      link.master_claim_brand_id = any (reviewers_of.master_brands)
      and coalesce(held.master_claim_brand_id, link.master_claim_brand_id) = link.master_claim_brand_id
      and held.reviewer_role = any (reviewers_of.reviewer_roles)
      and private.is_active_member(held.user_id, held.brand_id)
      and not member.restrictions && array['claim.read', 'claim.write']
      and exists (
        select from public.claims where claims.id = reviewers_of.claim_id and claims.level <> 'ingredient'
      )
    order by held.user_id, held.brand_id
    limit 500
  );
$function$;

ALTER FUNCTION "private"."reviewers_of"(uuid, uuid[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.reviews_evidence(claim_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Claims of ingredients are shared by all tenants: their evidence counts for each of them.
  return private.person_trusted() and (
    private.is_platform_admin()
    or exists (
      select from private.claim_master_brands(reviews_evidence.claim_id) as master
      where
        private.holds_reviewer_role(master, private.evidence_reviewer_roles())
        and (
          select claims.level <> 'ingredient' from public.claims where claims.id = reviews_evidence.claim_id
        )
    )
  );
end;
$function$;

ALTER FUNCTION "private"."reviews_evidence"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.run_check(name text, content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  missing text;
begin
  if name = 'claims' then
    return private.claims_refusal(content);
  elsif name = 'complete' then
    if content.template_id is null then
      return null;
    end if;
    select string_agg(problem ->> 'field', ', ') into missing
    from jsonb_array_elements(private.form_problems(
      private.content_form(content), content.fields, '{}', content.brand_id, 'complete'
    )) as problem;
    return 'these fields are not complete: ' || missing;
  end if;
  return format('there is no check %s', name);
end;
$function$;

ALTER FUNCTION "private"."run_check"(text, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.run_task_decision(task_id uuid, decision text, comment text, published_url text, expected_version integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task constant public.workflow_tasks := private.lock_task(task_id);
begin
  case run_task_decision.decision
    when 'approve' then
      perform public.approve_content(
        task.content_id, coalesce(run_task_decision.comment, ''), expected_version, task.step_run_id,
        run_task_decision.published_url
      );
    when 'reject' then
      perform public.reject_content(task.content_id, run_task_decision.comment, expected_version, task.step_run_id);
    when 'request_changes' then
      perform public.request_changes(task.content_id, run_task_decision.comment, expected_version, task.step_run_id);
    else
      perform private.refuse(400, 'there is no such decision', jsonb_build_array(jsonb_build_object(
        'field', 'decision', 'code', 'INVALID_FORMAT', 'message', 'approve, reject or request_changes is expected'
      )));
  end case;
end;
$function$;

ALTER FUNCTION "private"."run_task_decision"(uuid, text, text, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.searched_tasks(filters jsonb, brands uuid[], state text, sort text, is_descending boolean, skipped integer, wished integer, OUT ids uuid[], OUT open_tasks integer, OUT overdue_tasks integer, OUT done_tasks integer, OUT is_truncated boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare
  caller constant uuid := auth.uid();
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
  assignee constant uuid := filters ->> 'assignee_id';
  due_from constant timestamptz := filters ->> 'due_from';
  due_to constant timestamptz := filters ->> 'due_to';
  workflow constant uuid := filters ->> 'workflow_id';
  step constant text := filters ->> 'step';
  types constant text [] := case when filters ? 'type' then array(
    select jsonb_array_elements_text(private.as_array(filters -> 'type'))
  ) end;
  words constant text := '%' || replace(replace(replace(filters ->> 'q', '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
  with candidates as (
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'pending'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'pending'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'completed'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'completed'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
  ),
  matching as materialized (
    select
      task.id, task.status, task.due_at, task.created_at, task.decided_at,
      case when task.due_at <= now() then 0 when task.reminded_at is not null or task.round > 1 then 1 else 2 end
        as urgency
    from candidates as task
    where
      (workflow is null or exists (
        select from public.workflow_instances as run where run.id = task.instance_id and run.workflow_id = workflow
      ))
      and (step is null or exists (
        select from public.workflow_step_runs as step_run where step_run.id = task.step_run_id and step_run.name = step
      ))
      and ((types is null and words is null) or exists (
        select from public.contents as content
        where
          content.id = task.content_id and content.deleted_at is null
          and (types is null or content.type = any (types)) and (words is null or content.title ilike words)
      ))
  )
  select
    array(
      select task.id from matching as task
      where case state
        when 'open' then task.status = 'pending' when 'done' then task.status = 'completed'
        else task.status = 'pending' and task.due_at <= now()
      end
      order by
        case when sort = 'priority' and not is_descending then task.urgency end,
        case when sort = 'priority' and is_descending then task.urgency end desc,
        case when not is_descending or sort = 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end,
        case when is_descending and sort <> 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end desc nulls last,
        task.id
      offset skipped limit wished
    ),
    (select count(*) from matching as task where task.status = 'pending'),
    (select count(*) from matching as task where task.status = 'pending' and task.due_at <= now()),
    (select count(*) from matching as task where task.status = 'completed'),
    exists (select from candidates as task group by task.status having count(*) >= 500)
  into ids, open_tasks, overdue_tasks, done_tasks, is_truncated;
end;
$function$;

ALTER FUNCTION "private"."searched_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.settle_step(run public.workflow_instances, content public.contents, step_run public.workflow_step_runs)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  change jsonb := jsonb_build_object('step_name', step_run.name);
begin
  -- Where all must approve, the step waits for everyone who has a pending task and can still decide it. Otherwise the
  -- first approval is enough.
  if coalesce((step_run.definition ->> 'require_all_approvals')::boolean, false) and exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.status = 'pending'
      and private.may_be_asked(task.assignee_id, run.brand_id)
  ) then
    if content.status = 'pending_review' then
      perform private.transition_content(content, 'in_review', change);
    end if;
    return;
  end if;
  perform private.close_step(step_run.id, 'approved');
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', change);
    return;
  end if;
  if content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', change);
  end if;
  perform private.append_run_event(run, 'WorkflowStepAdvanced', jsonb_build_object(
    'from', step_run.name,
    'to', (
      select string_agg(next_step.name, ', ' order by next_step.position) from public.workflow_step_runs as next_step
      where next_step.instance_id = run.id and next_step.status = 'active'
    )
  ));
end;
$function$;

CREATE OR REPLACE FUNCTION private.shared_brands(delegation private.delegations)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select member.brand_id
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
    where
      member.user_id = delegation.user_id
      and (delegation.brand_id is null or member.brand_id = delegation.brand_id)
      and private.is_active_member(member.user_id, member.brand_id)
      and private.is_active_member(delegation.delegate_id, member.brand_id)
    order by member.brand_id
  );
end;
$function$;

ALTER FUNCTION "private"."shared_brands"(private.delegations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_findings(findings jsonb, most integer)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The worst of them, in the order of the text.
  select coalesce(jsonb_agg(shown.finding order by shown.place), '[]')
  from (
    select found.finding, found.place
    from jsonb_array_elements(private.as_array(findings)) with ordinality as found (finding, place)
    order by array_position(array['disallowed', 'missing', 'conditional'], found.finding ->> 'verdict'), found.place
    limit most
  ) as shown;
$function$;

ALTER FUNCTION "private"."shown_findings"(jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_history(run public.workflow_instances, names jsonb, page_offset integer, page_size integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    with page as (
      select actions.*
      from public.workflow_actions as actions
      where actions.instance_id = run.id and actions.content_id = run.content_id and actions.brand_id = run.brand_id
      order by actions.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          jsonb_build_object(
            'id', page.id, 'action', page.action, 'comment', page.comment, 'at', page.created_at,
            'minutes', page.duration_minutes, 'round', page.round, 'step_id', page.step_run_id,
            'step_name', step_run.name, 'step_position', step_run.position,
            'actor', names -> page.actor_id::text,
            'from', names -> page.from_id::text,
            'to', names -> page.to_id::text
          )
          order by page.id desc
        )
        from page left join public.workflow_step_runs as step_run on step_run.id = page.step_run_id
      ), '[]'),
      'total', (
        select count(*) from public.workflow_actions as actions
        where actions.instance_id = run.id and actions.content_id = run.content_id and actions.brand_id = run.brand_id
      )
    )
  );
end;
$function$;

ALTER FUNCTION "private"."shown_history"(public.workflow_instances, jsonb, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_path_people(step jsonb, brand uuid, author uuid, access private.brand_access[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  asked uuid [] := '{}';
  is_instead boolean := false;
  found record;
  names jsonb;
begin
  -- As private.ask_people does: those who are there, then those who stand in.
  for found in
    select people.person, people.is_instead, (private.active_delegation(people.person, brand)).id is not null as is_away
    from private.people_to_ask(step, brand, author) as people
    order by is_away, people.person
  loop
    is_instead := is_instead or found.is_instead;
    asked := asked || array(
      select each from unnest(case
        -- Notifications go to the people themselves.
        when found.is_away and step ->> 'type' <> 'notification' then private.stand_ins_in(
          found.person, step, brand, author, case when step -> 'require_all_approvals' = 'true' then asked else '{}' end
        )
        else array[found.person]
      end) as each
      where each <> all (asked)
    );
  end loop;
  names := private.people_named(asked, access);
  return jsonb_build_object(
    'people', (
      select coalesce(jsonb_agg(jsonb_build_object('id', named.key, 'name', named.value) order by named.value), '[]')
      from jsonb_each(names) as named
    ),
    'people_count', cardinality(asked), 'asks_admins_instead', is_instead
  );
end;
$function$;

ALTER FUNCTION "private"."shown_path_people"(jsonb, uuid, uuid, private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_run(run public.workflow_instances, names jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'id', run.id, 'status', run.status, 'outcome', run.outcome, 'workflow_id', run.workflow_id,
    'workflow_name', run.workflow_name, 'workflow_version', run.workflow_version, 'workflow_type', run.workflow_type,
    'started_at', run.started_at, 'started_by', names -> run.started_by::text,
    'completed_at', run.completed_at, 'completed_by', names -> run.completed_by::text,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'minutes', private.minutes_between(run.started_at, run.completed_at)
  );
end;
$function$;

ALTER FUNCTION "private"."shown_run"(public.workflow_instances, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_step_runs(run public.workflow_instances, names jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select jsonb_agg(
      jsonb_build_object(
        'id', step_run.id, 'position', step_run.position, 'name', step_run.name, 'status', step_run.status,
        'round', step_run.round, 'opened_at', step_run.opened_at, 'due_at', step_run.due_at,
        'closed_at', step_run.closed_at,
        'closed_by', names -> step_run.closed_by::text,
        'minutes', private.minutes_between(step_run.opened_at, step_run.closed_at),
        'type', step_run.definition -> 'type',
        'instructions', coalesce(step_run.definition ->> 'instructions', ''),
        'decisions', private.as_array(step_run.definition -> 'actions'),
        'requires_all', step_run.definition -> 'require_all_approvals' = 'true',
        'is_required', step_run.definition -> 'is_required' is distinct from 'false',
        'allow_skip', step_run.definition -> 'allow_skip' = 'true',
        'requires_published_url', step_run.definition -> 'requires_published_url' = 'true',
        'published_url', step_run.definition ->> 'published_url',
        'tasks', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'id', task.id, 'status', task.status, 'decision', task.decision, 'comment', task.comment,
              'due_at', task.due_at, 'decided_at', task.decided_at, 'round', task.round,
              'assignee', names -> task.assignee_id::text,
              'reassigned_to', names -> task.reassigned_to::text
            )
            order by task.id
          )
          from public.workflow_tasks as task
          where task.step_run_id = step_run.id and task.round = step_run.round
        ), '[]')
      )
      order by step_run.position
    )
    from public.workflow_step_runs as step_run
    where step_run.instance_id = run.id
  ), '[]');
end;
$function$;

ALTER FUNCTION "private"."shown_step_runs"(public.workflow_instances, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_steps(steps jsonb, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  names constant jsonb := private.people_of_brand(array(
    select private.as_uuid(assignee #>> '{}')
    from jsonb_path_query(private.as_array(steps), '$[*].assignees[*]') as assignee
  ), brand);
begin
  return coalesce((
    select jsonb_agg(
      step.definition || jsonb_build_object('assignees', (
        select coalesce(jsonb_agg(names -> assignee), '[]')
        from jsonb_array_elements_text(private.as_array(step.definition -> 'assignees')) as assignee
        where names ? assignee
      ))
      order by step.number
    )
    from jsonb_array_elements(private.as_array(steps)) with ordinality as step (definition, number)
    where jsonb_typeof(step.definition) = 'object'
  ), '[]');
end;
$function$;

ALTER FUNCTION "private"."shown_steps"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_tasks(ids uuid[], access private.brand_access[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  heads constant private.task_head [] := private.task_heads(ids);
  decisions constant jsonb := private.decisions_allowed(heads, access);
  remarks constant jsonb := private.task_remarks(heads);
  people jsonb;
begin
  people := private.people_named(
    array(
      select person
      from unnest(heads) as head
      cross join unnest(array[head.assignee_id, head.on_behalf_of, head.reassigned_to, head.author_id]) as person
      union
      select private.as_uuid(remark ->> 'actor_id')
      from jsonb_each(remarks) as run
      cross join lateral jsonb_array_elements(run.value) as remark
    ), access
  );
  return json_build_object('people', people, 'items', coalesce((
    select
      json_agg(json_build_object(
        'id', head.id, 'status', head.status, 'decision', head.decision, 'comment', head.comment,
        'round', head.round, 'created_at', head.created_at, 'due_at', head.due_at, 'decided_at', head.decided_at,
        'reminded_at', head.reminded_at, 'escalated_at', head.escalated_at, 'is_open', head.is_open,
        'overdue_seconds', case
          when head.status = 'pending' and head.due_at <= now() then floor(extract(epoch from now() - head.due_at))
        end,
        'priority', case
          when head.due_at <= now() then 'urgent' when head.reminded_at is not null or head.round > 1 then 'high'
          else 'normal'
        end,
        'assignee_id', head.assignee_id, 'on_behalf_of_id', head.on_behalf_of, 'reassigned_to_id', head.reassigned_to,
        'brand', json_build_object('id', head.brand_id, 'name', head.brand_name, 'slug', head.brand_slug),
        'content', case when head.title is not null then json_build_object(
          'id', head.content_id, 'title', head.title, 'type', head.type, 'status', head.content_status,
          'version', head.version, 'excerpt', head.excerpt, 'due_at', head.content_due_at, 'author_id', head.author_id
        ) end,
        'run', json_build_object(
          'id', head.instance_id, 'workflow_id', head.workflow_id, 'workflow', head.workflow_name,
          'started_at', head.run_started_at
        ),
        'step', json_build_object(
          'id', head.step_run_id, 'name', head.step_name, 'position', head.step_position,
          'instructions', coalesce(head.definition -> 'instructions', '""'),
          'actions', coalesce(head.definition -> 'actions', '["approve", "reject", "request_changes"]'),
          'requires_published_url', coalesce(head.definition -> 'requires_published_url', 'false'),
          'requires_all_approvals', coalesce(head.definition -> 'require_all_approvals', 'false'),
          'allows_skip', coalesce(head.definition -> 'allow_skip', 'false')
        ),
        'remarks', coalesce(remarks -> head.instance_id::text, '[]'),
        'allowed_actions', coalesce(decisions -> head.id::text, '[]') || case when head.is_open then
          case
            when
              'workflow.control' = any (held.permissions) or (
                head.definition -> 'allow_skip' = 'true' and head.has_task
                and 'content.review' <> all (held.restrictions)
                and (held.scope is null or 'content.review' = any (held.scope))
              )
              then '["skip"]'
            else '[]'
          end::jsonb
          || case when 'workflow.control' = any (held.permissions) then '["reassign"]' else '[]' end::jsonb
          || case
            when
              head.assignee_id = auth.uid() and (held.scope is null or 'content.review' = any (held.scope))
              then '["delegate"]'
            else '[]'
          end::jsonb
        else '[]' end
      ) order by place)
    from unnest(heads) with ordinality as head (
      id, brand_id, content_id, instance_id, step_run_id, assignee_id, on_behalf_of, reassigned_to, status, decision,
      comment, round, created_at, due_at, decided_at, reminded_at, escalated_at, step_name, step_position, definition,
      is_open, workflow_id, workflow_name, run_started_at, brand_name, brand_slug, title, type, content_status,
      version, content_due_at, author_id, excerpt, has_task, has_decided, place
    )
    inner join unnest(access) as held on held.brand_id = head.brand_id
  ), '[]'));
end;
$function$;

ALTER FUNCTION "private"."shown_tasks"(uuid[], private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_workflow(workflow public.workflows, writable uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_writable constant boolean := workflow.brand_id = any (writable);
  state constant text := private.workflow_state(workflow);
begin
  return to_jsonb(workflow) - array['is_active'] || jsonb_build_object(
    'state', state,
    'created_by', private.person_document(workflow.created_by, workflow.brand_id),
    'updated_by', private.person_document(workflow.updated_by, workflow.brand_id),
    'escalate_to', private.person_document(workflow.escalate_to, workflow.brand_id),
    'step_count', (select count(*) from public.workflow_steps as step where step.workflow_id = workflow.id),
    'assigned_types', (
      select coalesce(jsonb_agg(assigned.content_type order by assigned.content_type), '[]')
      from public.brand_workflows as assigned
      where assigned.workflow_id = workflow.id and assigned.brand_id = workflow.brand_id
    ),
    'counts', (
      select jsonb_build_object(
        'in_review', count(*) filter (where run.parked_at is null),
        'changes_requested', count(*) filter (where run.parked_at is not null)
      )
      from public.workflow_instances as run
      where run.workflow_id = workflow.id and run.status = 'active'
    ),
    'allowed_actions', array_remove(array[
      case when is_writable and state <> 'active' then 'activate' end,
      case when is_writable and state <> 'archived' then 'archive' end,
      case when is_writable then 'delete' end,
      'dryRun',
      case when cardinality(writable) > 0 then 'duplicate' end,
      'read',
      case when is_writable then 'update' end
    ], null)
  );
end;
$function$;

ALTER FUNCTION "private"."shown_workflow"(public.workflows, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stack_claims(products uuid[], markets text[], at timestamp with time zone, text_keys text[] DEFAULT NULL::text[], is_paired boolean DEFAULT false)
 RETURNS TABLE(product_id uuid, market text, text_key text, original_key text, status text, scope integer, level public.claim_level, claim_id uuid, master_claim_id uuid, override_id uuid, exemption_id uuid, is_master boolean, is_replaced boolean, place bigint)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with gathered as (
    select found.*
    from private.claims_in_force(stack_claims.products, stack_claims.markets, stack_claims.at, stack_claims.text_keys)
      as found
    where not stack_claims.is_paired
    union all
    select found.*
    from private.claims_of_texts(stack_claims.products, stack_claims.text_keys, stack_claims.markets, stack_claims.at)
      as found
    where stack_claims.is_paired
  ),
  overridden as (
    select found.*
    from private.overrides_in_force(
      case
        when stack_claims.is_paired then array(select distinct pair.id from unnest(stack_claims.products) as pair (id))
        else stack_claims.products
      end,
      stack_claims.markets, stack_claims.at
    ) as found
  ),
  stacked as (
    select
      overridden.product_id, overridden.market, coalesce(overridden.replacement_key, overridden.master_key) as text_key,
      overridden.master_key as original_key, coalesce(overridden.replacement_status::text, 'none') as status,
      1 as scope, overridden.level, coalesce(overridden.replacement_id, overridden.master_id) as claim_id,
      overridden.master_id as master_claim_id, overridden.override_id, null::uuid as exemption_id, true as is_master,
      false as is_replaced
    from overridden
    where
      overridden.has_effect and (
        stack_claims.text_keys is null or stack_claims.is_paired
        or coalesce(overridden.replacement_key, overridden.master_key) = any (stack_claims.text_keys)
      )
    union all
    select
      gathered.product_id, gathered.market, gathered.text_key, gathered.text_key, gathered.status::text, gathered.scope,
      gathered.level, gathered.claim_id, case when gathered.is_master then gathered.claim_id end,
      case when overridden.has_effect then overridden.override_id end,
      case when not overridden.has_effect then overridden.override_id end, gathered.is_master,
      -- An override takes the place of a global claim. A claim of the market stays beside it.
      coalesce(overridden.has_effect and gathered.scope = 3, false)
    from gathered
    left join overridden
      on
        overridden.product_id = gathered.product_id
        and overridden.market = gathered.market
        and overridden.master_id = gathered.claim_id
  )
  select
    stacked.*,
    -- Compared byte by byte, which is much faster than by the rules of a language, and as good for telling apart.
    row_number() over (
      partition by stacked.product_id, stacked.market, stacked.text_key collate "C"
      order by
        stacked.is_replaced, stacked.scope, stacked.level,
        array_position(array['none', 'disallowed', 'mandatory', 'allowed'], stacked.status), stacked.claim_id,
        stacked.override_id
    )
  from stacked;
$function$;

ALTER FUNCTION "private"."stack_claims"(uuid[], text[], timestamp with time zone, text[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stand_ins(person uuid, step_run public.workflow_step_runs, excluded uuid[] DEFAULT '{}'::uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.stand_ins_in(
    person, step_run.definition, step_run.brand_id,
    (select contents.created_by from public.contents where contents.id = step_run.content_id),
    excluded || private.people_who_count(step_run)
  );
end;
$function$;

ALTER FUNCTION "private"."stand_ins"(uuid, public.workflow_step_runs, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stand_ins_in(person uuid, definition jsonb, brand uuid, author uuid, excluded uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  away private.delegations := private.active_delegation(person, brand);
  visited uuid [] := array[person];
  barred uuid [] := excluded;
  admins uuid [];
begin
  if away.id is null then
    return array[person];
  end if;
  -- Authors decide on their own content only where the step names them.
  if author is not null and not private.step_names(definition, author) then
    barred := barred || author;
  end if;
  -- The delegate may be away as well. A chain has at most five delegates, and ends where it would come back.
  for hop in 1..5 loop
    exit when away.delegate_id = any (visited);
    visited := visited || away.delegate_id;
    away := private.active_delegation(visited[hop + 1], brand);
    if away.id is null then
      if visited[hop + 1] <> all (barred) and private.may_be_asked(visited[hop + 1], brand) then
        return array[visited[hop + 1]];
      end if;
      exit;
    end if;
  end loop;
  -- Nobody of the chain may decide: the admins of the brand who are there.
  admins := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = stand_ins_in.brand and member.role = 'admin'
      and member.user_id <> all (visited || barred)
      and (private.active_delegation(member.user_id, member.brand_id)).id is null
      and private.may_be_asked(member.user_id, member.brand_id)
    order by member.user_id
    limit 20
  );
  return case when cardinality(admins) > 0 then admins else array[person] end;
end;
$function$;

ALTER FUNCTION "private"."stand_ins_in"(uuid, jsonb, uuid, uuid, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.start_run(content public.contents, workflow public.workflows)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours), workflow.escalate_to
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id)
      from public.workflow_step_assignees as assignee where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  return private.open_run(run, content);
end;
$function$;

CREATE OR REPLACE FUNCTION private.step_assignees(step_run public.workflow_step_runs)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  author constant uuid := (select contents.created_by from public.contents where contents.id = step_run.content_id);
begin
  return query select asked.person from private.people_to_ask(step_run.definition, step_run.brand_id, author) as asked;
end;
$function$;

CREATE OR REPLACE FUNCTION private.step_problems(definition jsonb, step jsonb, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  path constant text := format('steps.%s.', step ->> 'index');
  place constant integer := step ->> 'position';
  is_human constant boolean := step ->> 'type' in ('review', 'approval');
  required constant integer [] := array(
    select (other ->> 'position')::integer from jsonb_array_elements(definition -> 'steps') as other
    where (other ->> 'is_required')::boolean
  );
  problems jsonb := '[]';
  problem jsonb;
  prerequisite integer;
  name text;
begin
  for prerequisite in select jsonb_array_elements_text(step -> 'prerequisites')::integer loop
    if prerequisite >= place or prerequisite < 1 then
      problems := problems || (private.problem('JOIN_NEVER_MET', case
        when prerequisite = place then 'a step cannot wait for itself'
        when prerequisite between 1 and jsonb_array_length(definition -> 'steps')
          then format('step %s comes later: a step can only wait for earlier ones', prerequisite)
        else format('there is no step %s', prerequisite)
      end) || jsonb_build_object('field', path || 'prerequisites'));
    end if;
  end loop;
  foreach name in array array['condition', 'skip_condition'] loop
    if jsonb_typeof(step -> name) = 'object' then
      problem := private.condition_problem(step -> name, brand, definition -> 'content_types');
      if problem is not null then
        problems := problems || (problem || jsonb_build_object(
          'field', path || case name when 'condition' then 'condition' else 'skipCondition' end
        ));
      end if;
    end if;
  end loop;
  if jsonb_typeof(step -> 'condition') = 'object' and step -> 'condition' = step -> 'skip_condition' then
    problems := problems || (private.problem(
      'STEP_UNREACHABLE', 'is the condition as well: the step applies to no content'
    ) || jsonb_build_object('field', path || 'skipCondition'));
  end if;
  if step ->> 'type' = 'automated' then
    if coalesce(step ->> 'automated_check' = any (private.automated_checks()), false) is false then
      problems := problems || (private.problem('UNKNOWN_CHECK', format(
        'is none of the checks: %s', array_to_string(private.automated_checks(), ', ')
      )) || jsonb_build_object('field', path || 'automatedCheck'));
    end if;
  elsif step ->> 'automated_check' is not null then
    problems := problems || (private.problem('INVALID_FORMAT', 'is for automated steps only')
      || jsonb_build_object('field', path || 'automatedCheck'));
  end if;
  if is_human or step ->> 'type' = 'notification' then
    problems := problems || private.assignment_problems(step, brand);
  end if;
  if is_human and not step -> 'actions' ? 'approve' then
    problems := problems || (private.problem(
      'DEAD_END', 'nobody could approve the step, and the review would never come to its end'
    ) || jsonb_build_object('field', path || 'actions'));
  end if;
  -- A run ends when its required steps are done, and does not wait for optional ones that open only then.
  if
    not (step ->> 'is_required')::boolean and step ->> 'type' <> 'notification' and cardinality(required) > 0
    and required <@ private.steps_before(definition, step)
  then
    problems := problems || (private.problem(
      'STEP_UNREACHABLE',
      'the step is optional and waits for all required ones: the review ends before anybody could be asked'
    ) || jsonb_build_object('field', path || 'isRequired'));
  end if;
  return problems;
end;
$function$;

ALTER FUNCTION "private"."step_problems"(jsonb, jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.step_reason(step jsonb, content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  condition constant jsonb := nullif(step -> 'condition', 'null');
  skip_condition constant jsonb := nullif(step -> 'skip_condition', 'null');
begin
  return case
    when condition is not null and not private.condition_holds(content, condition) then format(
      'its condition does not hold: %s, and %s is %s', private.condition_text(condition), condition ->> 'field',
      coalesce(left(private.condition_value(content, condition ->> 'field')::text, 200), 'empty')
    )
    when skip_condition is not null and private.condition_holds(content, skip_condition)
      then format('its skip condition holds: %s', private.condition_text(skip_condition))
    when condition is not null then format('its condition holds: %s', private.condition_text(condition))
    else 'it has no condition'
  end;
end;
$function$;

ALTER FUNCTION "private"."step_reason"(jsonb, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.step_to_decide(run public.workflow_instances, content public.contents, step_run_id uuid, action text, expected_version integer, expected_round integer DEFAULT NULL::integer)
 RETURNS public.workflow_step_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
begin
  if run.id is not null and run.parked_at is null then
    select candidate.* into step_run
    from private.steps_to_decide(array[content.id], step_to_decide.step_run_id) as step
    inner join public.workflow_step_runs as candidate on candidate.id = step.step_run_id;
  end if;
  if
    step_run.id is null and step_to_decide.step_run_id is not null
    and not exists (
      select from public.workflow_step_runs as former
      where former.id = step_to_decide.step_run_id and former.content_id = content.id
    )
  then
    perform private.refuse(404, 'step not found');
  end if;
  perform private.require_decision(content, action, expected_version, step_run.id);
  if step_run.id is null then
    perform private.refuse(
      409, format('a content that is %s is not in review', content.status), private.last_decision(content, null)
    );
  end if;
  perform private.check_round(step_run, expected_round);
  return step_run;
end;
$function$;

ALTER FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.steps_before(definition jsonb, step jsonb)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  found integer [] := '{}';
  waiting integer [] := private.waits_for(
    definition ->> 'type', step -> 'prerequisites', (step ->> 'position')::integer
  );
  other integer;
begin
  while cardinality(waiting) > 0 loop
    other := waiting[1];
    waiting := waiting[2:];
    continue when other = any (found) or definition #> array['steps', (other - 1)::text] is null;
    found := found || other;
    -- Only earlier steps are followed, so this ends.
    waiting := waiting || array(
      select earlier from unnest(private.waits_for(
        definition ->> 'type', definition #> array['steps', (other - 1)::text, 'prerequisites'], other
      )) as earlier
      where earlier < other
    );
  end loop;
  return found;
end;
$function$;

ALTER FUNCTION "private"."steps_before"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.steps_of(workflow_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce((
    select jsonb_agg(
      to_jsonb(step) - array['id', 'workflow_id', 'brand_id'] || jsonb_build_object('assignees', coalesce((
        select jsonb_agg(assignee.user_id order by assignee.user_id)
        from public.workflow_step_assignees as assignee where assignee.step_id = step.id
      ), '[]'))
      order by step.position
    )
    from public.workflow_steps as step
    where step.workflow_id = steps_of.workflow_id
  ), '[]');
end;
$function$;

ALTER FUNCTION "private"."steps_of"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.store_claim_check(content public.contents, checked_text text, claims_state text, result jsonb)
 RETURNS public.claim_reviews
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  former public.claim_reviews;
  stored public.claim_reviews;
begin
  perform private.check_market(result ->> 'market');
  if pg_column_size(result -> 'findings') > 4000000 then
    perform private.refuse(409, 'the check found more than can be kept', jsonb_build_array(jsonb_build_object(
      'field', 'content', 'code', 'CONFLICT', 'message', format(
        '%s findings in %s: shorten the text', jsonb_array_length(result -> 'findings'), result ->> 'market'
      )
    )));
  end if;
  update public.claim_reviews set is_current = false
  where
    claim_reviews.content_id = content.id and claim_reviews.country = result ->> 'market'
    and claim_reviews.source = 'check' and claim_reviews.is_current
  returning * into former;
  insert into public.claim_reviews (
    brand_id, content_id, content_version, country, source, overall, violations, findings, product_ids, checked_text,
    claims_state, valid_until, created_by, override_reason, overridden_by, overridden_at
  )
  select
    content.brand_id, content.id, content.version, result ->> 'market', 'check', result ->> 'overall',
    (result ->> 'violations')::integer, result -> 'findings',
    array(select jsonb_array_elements_text(result -> 'product_ids')::uuid),
    store_claim_check.checked_text, store_claim_check.claims_state, (result ->> 'valid_until')::timestamptz, auth.uid(),
    -- Who allowed these violations in this text has allowed them.
    kept.override_reason, kept.overridden_by, kept.overridden_at
  from (select) as one
  left join public.claim_reviews as kept
    on
      kept.id = former.id and kept.overridden_at is not null and kept.checked_text = store_claim_check.checked_text
      and private.violating(result -> 'findings') <@ private.violating(kept.findings)
  returning * into stored;
  perform private.prune_claim_checks(content.id, stored.country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', stored.country, 'overall', stored.overall, 'violations', stored.violations
  ));
  return stored;
end;
$function$;

ALTER FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.store_claim_checks(content public.contents, checked_text text, claims_state text, results jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  result jsonb;
  stored public.claim_reviews;
  -- An answer has so many findings, of all markets together.
  most constant integer := 500 / greatest(jsonb_array_length(results), 1);
begin
  if private.text_fingerprint(content) <> store_claim_checks.checked_text then
    perform private.refuse(409, 'the content was changed during the check', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
  for result in select * from jsonb_array_elements(results) loop
    stored := private.store_claim_check(
      content, store_claim_checks.checked_text, store_claim_checks.claims_state, result
    );
    return next private.claim_check_details(stored, most);
  end loop;
end;
$function$;

ALTER FUNCTION "private"."store_claim_checks"(public.contents, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.store_publication_claims()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  refusal text;
begin
  if private.claims_state(new.brand_id) is null then
    return null;
  end if;
  -- The last word: whichever way a content is published, not past its claims.
  refusal := private.claims_refusal(new);
  if refusal is not null then
    perform private.refuse(409, refusal);
  end if;
  insert into private.publication_claims (
    brand_id, content_id, content_version, published_at, market, section, sentence, start_offset, end_offset,
    sentence_offset, claim_id, claim_version, claim_text, claim_status, verdict, override_reason, evidence, check_id
  )
  select
    new.brand_id, new.id, new.version, new.published_at, made.market, made.section, made.sentence, made.start_offset,
    made.end_offset, made.sentence_offset, made.claim_id, made.claim_version, made.claim_text, made.claim_status,
    made.verdict, made.override_reason, made.evidence, made.check_id
  from private.claims_made(new) as made;
  return null;
end;
$function$;

ALTER FUNCTION "private"."store_publication_claims"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_brands(access private.brand_access[])
 RETURNS uuid[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array(
    select held.brand_id from unnest(access) as held
    where 'workflow.read' = any (held.permissions) and 'content.read' = any (held.permissions)
  );
$function$;

ALTER FUNCTION "private"."task_brands"(private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_conditions(filters jsonb, is_mine boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- $1: the caller, $2: the brands, $3: the filters.
  select
    case when is_mine then 'task.assignee_id = $1 and task.brand_id = any ($2)' else 'task.brand_id = ($2)[1]' end
    || case when filters ? 'assignee_id' then ' and task.assignee_id = ($3 ->> ''assignee_id'')::uuid' else '' end
    || case when filters ? 'due_from' then ' and task.due_at >= ($3 ->> ''due_from'')::timestamptz' else '' end
    || case when filters ? 'due_to' then ' and task.due_at < ($3 ->> ''due_to'')::timestamptz' else '' end;
$function$;

ALTER FUNCTION "private"."task_conditions"(jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_heads(ids uuid[])
 RETURNS private.task_head[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
begin
  return array(
    select
      (
        task.id, task.brand_id, task.content_id, task.instance_id, task.step_run_id, task.assignee_id,
        task.on_behalf_of, task.reassigned_to, task.status::text, task.decision, task.comment, task.round,
        task.created_at, task.due_at, task.decided_at, task.reminded_at, task.escalated_at, step_run.name,
        step_run.position, step_run.definition,
        task.status = 'pending' and step_run.status = 'active' and run.status = 'active' and run.parked_at is null
        and content.id is not null,
        run.workflow_id, run.workflow_name, run.started_at, brands.name, brands.slug, content.title,
        content.type, content.status::text, content.version, content.due_at, content.created_by,
        left(
          case
            when content.excerpt <> '' then content.excerpt
            else btrim(regexp_replace(left(content.body, 2000), '(<[^>]*>|\s)+', ' ', 'g'))
          end, 300
        ),
        coalesce(own.status = 'pending', false), own.decision is not null
      )::private.task_head
    from unnest(ids) with ordinality as wanted (id, place)
    inner join public.workflow_tasks as task on task.id = wanted.id
    inner join public.workflow_step_runs as step_run on step_run.id = task.step_run_id
    inner join public.workflow_instances as run on run.id = task.instance_id
    inner join public.brands on brands.id = task.brand_id
    left join public.contents as content on content.id = task.content_id and content.deleted_at is null
    left join public.workflow_tasks as own
      on own.step_run_id = task.step_run_id and own.round = task.round and own.assignee_id = caller
    order by wanted.place
  );
end;
$function$;

ALTER FUNCTION "private"."task_heads"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_order(sort text, is_descending boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select replace(case sort
    when 'due' then 'task.due_at % nulls last, task.id %'
    when 'created' then 'task.created_at %, task.id %'
    when 'decided' then 'task.decided_at % nulls last, task.id'
    when 'priority' then
      'case when task.due_at <= now() then 0 when task.reminded_at is not null or task.round > 1 then 1 else 2 end %, '
      'task.due_at nulls last, task.id'
  end, '%', case when is_descending then 'desc' else 'asc' end);
$function$;

ALTER FUNCTION "private"."task_order"(text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.task_remarks(heads private.task_head[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  runs constant uuid [] := array(select distinct head.instance_id from unnest(heads) as head);
begin
  return coalesce((
    select jsonb_object_agg(found.instance_id, found.remarks)
    from (
      select
        wanted.instance_id,
        jsonb_agg(jsonb_build_object(
          'action', remark.action, 'step', remark.name, 'actor_id', remark.actor_id,
          'comment', left(remark.comment, 1000), 'at', remark.created_at
        ) order by remark.id desc) as remarks
      from unnest(runs) as wanted (instance_id)
      cross join lateral (
        select action.id, action.action, action.actor_id, action.comment, action.created_at, step_run.name
        from public.workflow_actions as action
        inner join public.workflow_step_runs as step_run on step_run.id = action.step_run_id
        where
          action.instance_id = wanted.instance_id
          and action.action in ('approve', 'reject', 'request_changes', 'skip', 'reassign')
        order by action.id desc
        limit 10
      ) as remark
      group by wanted.instance_id
    ) as found
  ), '{}');
end;
$function$;

ALTER FUNCTION "private"."task_remarks"(private.task_head[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.tell_claim_reviewers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step constant public.claim_approval_steps := private.next_approval_step(new, new.approval_position - 1);
begin
  insert into public.notifications (user_id, brand_id, event, title, message, action_url, metadata)
  select
    reviewer.user_id, reviewer.brand_id, 'claim_review', 'A claim waits for your decision',
    left(format('%s: %s', step.name, new.text ->> 'original'), 2000), '/api/v1/claims/' || new.id || '/approval',
    jsonb_build_object('claimId', new.id, 'reviewerRole', step.reviewer_role)
  from private.reviewers_of(new.id, array[step.master_claim_brand_id], array[step.reviewer_role]) as reviewer
  where
    reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from new.created_by
    and not exists (
      select from public.claim_approvals as given
      where given.claim_id = new.id and given.is_current and given.actor_id = reviewer.user_id
    );
  return null;
end;
$function$;

ALTER FUNCTION "private"."tell_claim_reviewers"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.tell_evidence_reviewers(evidence private.claim_evidence)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  insert into public.notifications (user_id, brand_id, event, title, message, action_url, metadata)
  select
    reviewer.user_id, reviewer.brand_id, 'claim_evidence', 'A document waits for your decision', evidence.title,
    '/api/v1/claims/' || evidence.claim_id || '/evidence/' || evidence.id,
    jsonb_build_object('claimId', evidence.claim_id, 'evidenceId', evidence.id)
  from private.reviewers_of(
    evidence.claim_id, array(select private.claim_master_brands(evidence.claim_id)), private.evidence_reviewer_roles()
  ) as reviewer
  where reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from evidence.created_by;
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
  insert into public.notifications (user_id, brand_id, event, title, message, action_url, metadata)
  select
    person, delegation.brand_id, 'delegation',
    case
      when person = delegation.user_id and event_type = 'DelegationCreated' then 'Somebody stands in for you'
      else what
    end,
    span, '/api/v1/delegations/' || delegation.id, jsonb_build_object('delegationId', delegation.id)
  from unnest(array[delegation.user_id, delegation.delegate_id]) as person
  -- Nobody hears of people with whom they share no brand, or no more.
  where person is distinct from auth.uid() and cardinality(brands) > 0;
end;
$function$;

ALTER FUNCTION "private"."tell_of_delegation"(private.delegations, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.text_fingerprint(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return md5(private.edited_part(private.content_state(content))::text);
end;
$function$;

ALTER FUNCTION "private"."text_fingerprint"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.texts_of_products(master_brands uuid[], market text, at timestamp with time zone)
 RETURNS TABLE(product_id uuid, text_key text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with stocked as (
    select products.id
    from public.master_claim_brands as master
    inner join public.products on products.master_claim_brand_id = master.id and products.archived_at is null
    where master.id = any (texts_of_products.master_brands) and master.archived_at is null
  )
  select stocked.id, scoped.text_key
  from stocked
  inner join private.claim_scopes as scoped
    on scoped.subject_id = stocked.id and scoped.country in ('__GLOBAL__', texts_of_products.market)
  where
    scoped.is_approved and scoped.effective_from <= texts_of_products.at
    and (scoped.effective_to is null or scoped.effective_to > texts_of_products.at)
  union
  select stocked.id, private.claim_text_key(claim.text)
  from stocked
  inner join public.market_overrides as override
    on
      override.product_id = stocked.id
      and override.market_country in ('__ALL_COUNTRIES__', texts_of_products.market)
  inner join public.claims as claim on claim.id in (override.master_claim_id, override.replacement_claim_id);
$function$;

ALTER FUNCTION "private"."texts_of_products"(uuid[], text, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unblock_step(content public.contents, step_run_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  run constant public.workflow_instances := private.active_run(content.id);
begin
  select steps.* into step_run from public.workflow_step_runs as steps where steps.id = unblock_step.step_run_id;
  if
    run.id is null or run.parked_at is not null or step_run.status <> 'active'
    or exists (
      select from public.workflow_tasks as other where other.step_run_id = step_run.id and other.status = 'pending'
    )
  then
    return;
  end if;
  -- Nobody else is asked: approvals that were given are enough, else the step is assigned anew.
  if exists (
    select from public.workflow_tasks as other
    where other.step_run_id = step_run.id and other.round = step_run.round and other.decision = 'approve'
  ) then
    perform private.settle_step(run, content, step_run);
  else
    perform private.ask_people(run, step_run, array(select private.step_assignees(step_run)));
  end if;
end;
$function$;

ALTER FUNCTION "private"."unblock_step"(public.contents, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.version_as_read(content_id uuid, version integer)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  present constant integer := (
    select contents.version from public.contents where contents.id = version_as_read.content_id
  );
begin
  -- The first of several approvals makes a version, of the same text.
  return case
    when (
      select count(*) from public.content_versions as versions
      where
        versions.content_id = version_as_read.content_id and versions.version > version_as_read.version
        and versions.version <= present and versions.action = 'status_changed'
    ) = present - version_as_read.version then present
    else version_as_read.version
  end;
end;
$function$;

ALTER FUNCTION "private"."version_as_read"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.vetting_facts(asked jsonb, content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  step constant public.workflow_step_runs := private.vetting_step(content, (asked ->> 'stepId')::uuid);
  -- Of the parameters, as record_vetting_feedback reads it from the generation.
  market constant text := asked -> 'parameters' ->> 'market';
  agencies jsonb;
begin
  if market is null or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
  perform private.refuse_second_vetting(content, step.id, market, (asked ->> 'isForced')::boolean);
  select jsonb_agg(
    jsonb_build_object('id', agency.id, 'name', agency.name, 'priority', agency.priority)
    order by agency.place, agency.name, agency.id
  ) into agencies
  from (
    select agencies.*, array_position('{High,Medium,Low}'::text [], agencies.priority) as place
    from public.vetting_agencies as agencies
    where
      agencies.brand_id = content.brand_id and agencies.is_active and agencies.status = 'verified'
      and (agencies.country_code is null or agencies.country_code = market)
    order by place, agencies.name, agencies.id
    limit 20
  ) as agency;
  -- No agency is no "nothing to object to".
  if agencies is null then
    perform private.refuse(409, 'the brand has no active, verified vetting agency in this market');
  end if;
  return jsonb_build_object(
    'step', step.name, 'instructions', step.definition ->> 'instructions', 'agencies', agencies
  );
end;
$function$;

ALTER FUNCTION "private"."vetting_facts"(jsonb, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.vetting_step(content public.contents, step_id uuid)
 RETURNS public.workflow_step_runs
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  step public.workflow_step_runs;
begin
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  select step_run.* into step
  from public.workflow_step_runs as step_run
  where
    step_run.id = vetting_step.step_id and step_run.content_id = content.id and step_run.brand_id = content.brand_id;
  if step.id is null then
    perform private.refuse(404, 'step not found');
  end if;
  if step.status not in ('waiting', 'active') then
    perform private.refuse(409, format('the step is %s already', step.status));
  end if;
  return step;
end;
$function$;

ALTER FUNCTION "private"."vetting_step"(public.contents, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.violating(findings jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    jsonb_agg(distinct finding - array['claimVersion', 'replacement', 'evidence', 'similarity']), '[]'
  )
  from jsonb_array_elements(private.as_array(findings)) as finding
  where finding ->> 'verdict' = 'disallowed';
$function$;

ALTER FUNCTION "private"."violating"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.void_approvals(content_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
begin
  -- Not in a parked run: there the edit was asked for, and earlier steps stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and (
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = workflow_instances.id and task.decision = 'approve'
      )
      -- Checks and conditions were evaluated for the text before the edit.
      or exists (
        select from public.workflow_step_runs as step_run
        where step_run.instance_id = workflow_instances.id and step_run.status in ('approved', 'skipped')
      )
    );
  if run.id is null then
    return false;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  -- An archived workflow, or a draft, begins no review.
  if not exists (select from public.workflows where workflows.id = run.workflow_id and workflows.is_active) then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is not in use"}');
  elsif private.repeat_run(content, run) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies any more"}');
  end if;
  return true;
end;
$function$;

CREATE OR REPLACE FUNCTION private.waits_for(workflow_type text, prerequisites jsonb, place integer)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select other_place from generate_series(1, place - 1) as other_place
    where private.waits_on(workflow_type, prerequisites, place, other_place)
  );
end;
$function$;

ALTER FUNCTION "private"."waits_for"(text, jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.waits_on(workflow_type text, prerequisites jsonb, place integer, other_place integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when jsonb_array_length(prerequisites) > 0 then prerequisites @> to_jsonb(other_place)
    when workflow_type = 'parallel' then false
    else other_place < place
  end;
end;
$function$;

ALTER FUNCTION "private"."waits_on"(text, jsonb, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.with_members(definition jsonb, brand uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return definition || jsonb_build_object('steps', (
    select coalesce(jsonb_agg(
      step.definition || jsonb_build_object(
        'assignees', to_jsonb(private.member_ids(step.definition -> 'assignees', brand))
      )
      order by step.number
    ), '[]')
    from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
  ));
end;
$function$;

ALTER FUNCTION "private"."with_members"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.workflow_answer(workflow public.workflows)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return private.shown_workflow(workflow, private.brands_permitting('workflow.write')) || jsonb_build_object(
    'steps', private.shown_steps(private.steps_of(workflow.id), workflow.brand_id)
  );
end;
$function$;

ALTER FUNCTION "private"."workflow_answer"(public.workflows) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.workflow_definition(workflow public.workflows)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'name', workflow.name, 'description', workflow.description, 'type', workflow.type,
    'content_types', workflow.content_types, 'is_default', workflow.is_default, 'is_active', workflow.is_active,
    'is_archived', workflow.archived_at is not null, 'timeout_hours', workflow.timeout_hours,
    'escalate_to', workflow.escalate_to, 'steps', private.steps_of(workflow.id)
  );
end;
$function$;

ALTER FUNCTION "private"."workflow_definition"(public.workflows) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.workflow_problems(brand uuid, definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  problems jsonb := '[]';
  step jsonb;
begin
  if jsonb_array_length(definition -> 'steps') = 0 then
    problems := problems || (private.problem('REQUIRED_FIELD_MISSING', 'must have at least 1 item')
      || jsonb_build_object('field', 'steps'));
  elsif jsonb_array_length(definition -> 'steps') > 20 then
    return jsonb_build_array(private.problem('VALUE_TOO_LONG', 'must have at most 20 items')
      || jsonb_build_object('field', 'steps'));
  end if;
  for step in select jsonb_array_elements(definition -> 'steps') loop
    problems := problems || private.step_problems(definition, step, brand);
  end loop;
  if definition ->> 'escalate_to' is not null and private.is_active_member(
    private.person_of_definition(definition ->> 'escalate_to'), brand
  ) is not true then
    problems := problems || (private.problem('NOT_A_MEMBER', 'is not an active member of the brand')
      || jsonb_build_object('field', 'escalateTo'));
  end if;
  return problems;
end;
$function$;

ALTER FUNCTION "private"."workflow_problems"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.workflow_state(workflow public.workflows)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case when workflow.is_active then 'active' when workflow.archived_at is not null then 'archived' else 'draft' end;
end;
$function$;

ALTER FUNCTION "private"."workflow_state"(public.workflows) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.workflow_warnings(definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  warnings jsonb := '[]';
  step jsonb;
  path integer;
  longest integer := 0;
  ends jsonb := '{}';
begin
  if not jsonb_path_exists(definition, '$.steps[*] ? (@.type == "review" || @.type == "approval")') then
    warnings := warnings || (private.problem(
      'NOBODY_DECIDES', 'no step asks a person: contents would be approved without anybody reading them'
    ) || jsonb_build_object('field', 'steps'));
  elsif not jsonb_path_exists(
    definition,
    '$.steps[*] ? (@.type == "review" || @.type == "approval")
      ? (!(@.condition.type() == "object") && !(@.skip_condition.type() == "object"))'
  ) then
    warnings := warnings || (private.problem(
      'NOBODY_DECIDES', 'all steps in which people decide have conditions: contents for which none applies would be approved without anybody reading them'
    ) || jsonb_build_object('field', 'steps'));
  end if;
  for step in select jsonb_array_elements(definition -> 'steps') loop
    select coalesce(max((ends ->> earlier::text)::integer), 0) into path
    from unnest(private.waits_for(
      definition ->> 'type', step -> 'prerequisites', (step ->> 'position')::integer
    )) as earlier;
    path := path + coalesce((step ->> 'timeout_hours')::integer, 0);
    ends := ends || jsonb_build_object(step ->> 'position', path);
    longest := greatest(longest, path);
    if step ->> 'type' in ('review', 'approval') and step ->> 'timeout_hours' is null then
      warnings := warnings || (private.problem('NO_DEADLINE', 'without hours nobody is reminded, and nothing escalates')
        || jsonb_build_object('field', format('steps.%s.timeoutHours', step ->> 'index')));
    end if;
  end loop;
  if longest > (definition ->> 'timeout_hours')::integer then
    warnings := warnings || (private.problem('TIMES_OUT_FIRST', format(
      'the steps may take %s hours one after another, and the review ends before', longest
    )) || jsonb_build_object('field', 'timeoutHours'));
  end if;
  return warnings;
end;
$function$;

ALTER FUNCTION "private"."workflow_warnings"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.write_steps(workflow public.workflows, steps jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  written jsonb;
  step public.workflow_steps;
begin
  delete from public.workflow_steps where workflow_steps.workflow_id = workflow.id;
  for written in select jsonb_array_elements(steps) loop
    step := jsonb_populate_record(null::public.workflow_steps, written - array['index', 'assignees']);
    step.condition := nullif(step.condition, 'null');
    step.skip_condition := nullif(step.skip_condition, 'null');
    insert into public.workflow_steps (
      workflow_id, brand_id, position, name, instructions, require_all_approvals, timeout_hours, type, assignment_type,
      assigned_role, is_required, allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url,
      automated_check, reminder_percent
    )
    values (
      workflow.id, workflow.brand_id, step.position, step.name, step.instructions, step.require_all_approvals,
      step.timeout_hours, step.type, step.assignment_type, step.assigned_role, step.is_required, step.allow_skip,
      step.prerequisites, step.condition, step.skip_condition, step.actions, step.requires_published_url,
      step.automated_check, step.reminder_percent
    )
    returning * into step;
    insert into public.workflow_step_assignees (step_id, user_id, brand_id)
    select step.id, person, workflow.brand_id
    from unnest(private.member_ids(written -> 'assignees', workflow.brand_id)) as person;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."write_steps"(public.workflows, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_claim_evidence(claim_id uuid, details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim public.claims;
  evidence private.claim_evidence;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  if (select count(*) from private.claim_evidence as found where found.claim_id = claim.id) >= 100 then
    perform private.refuse(409, 'a claim has at most 100 pieces of evidence');
  end if;
  evidence := jsonb_populate_record(null::private.claim_evidence, details);
  insert into private.claim_evidence as made (
    claim_id, title, kind, url, file_reference, issuer, reference_number, notes, issued_on, expires_on, edited_by
  )
  values (
    claim.id, evidence.title, evidence.kind, evidence.url, evidence.file_reference, coalesce(evidence.issuer, ''),
    coalesce(evidence.reference_number, ''), coalesce(evidence.notes, ''), evidence.issued_on, evidence.expires_on,
    auth.uid()
  )
  returning made.* into evidence;
  perform private.announce_evidence(evidence, 'added');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence.id);
end;
$function$;

ALTER FUNCTION "public"."add_claim_evidence"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_claim_reviewer(brand_id uuid, user_id uuid, reviewer_role text, claim_brand_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  reviewer uuid;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'member.manage');
  if not private.is_active_member(user_id, brand_id) then
    perform private.refuse(400, 'a reviewer is a member of the brand', jsonb_build_array(jsonb_build_object(
      'field', 'userId', 'code', 'INVALID_FORMAT', 'message', 'not an active member of the brand'
    )));
  end if;
  if claim_brand_id is not null and not exists (
    select from public.brand_master_claim_brands as link
    where link.brand_id = add_claim_reviewer.brand_id and link.master_claim_brand_id = claim_brand_id
  ) then
    perform private.refuse(404, 'claim brand not found');
  end if;
  insert into public.claim_reviewers (brand_id, user_id, reviewer_role, master_claim_brand_id, created_by)
  values (brand_id, user_id, reviewer_role, claim_brand_id, auth.uid())
  returning id into reviewer;
  perform private.append_event(brand_id, 'brand', brand_id, 'ClaimReviewerChanged', jsonb_build_object(
    'userId', user_id, 'reviewerRole', reviewer_role, 'isReviewer', true
  ));
  return next private.reviewer_document(reviewer, private.people_named(array[user_id]));
end;
$function$;

ALTER FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.announce_expiring_evidence(batch integer DEFAULT 100, seconds integer DEFAULT 8)
 RETURNS TABLE(evidence_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  item record;
begin
  for item in
    -- In turns: the first of each tenant before the second of any.
    select due.id, due.brand_id
    from (
      select
        evidence.id, owner.brand_id,
        row_number() over (partition by owner.brand_id order by evidence.expires_on, evidence.id) as turn
      from private.claim_evidence as evidence
      left join lateral (
        select link.brand_id
        from public.brand_master_claim_brands as link
        where link.master_claim_brand_id in (select private.claim_master_brands(evidence.claim_id))
        order by link.brand_id
        limit 1
      ) as owner on true
      where
        evidence.status = 'accepted' and evidence.announced_days is distinct from 0
        and evidence.expires_on <= current_date + 90
        and (evidence.announced_days is null or evidence.announced_days > private.expiry_mark(evidence.expires_on))
        and not exists (
          select from private.setbacks
          where
            setbacks.task = 'announce_expiring_evidence' and setbacks.subject_id = evidence.id
            and setbacks.next_attempt_at > clock_timestamp()
        )
    ) as due
    order by due.turn, due.brand_id
    limit greatest(batch, 0)
  loop
    exit when clock_timestamp() > until;
    evidence_id := item.id;
    begin
      outcome := private.announce_expiry(item.id);
      perform private.clear_setback('announce_expiring_evidence', item.id);
    exception when others then
      outcome := 'failed';
      perform private.set_back('announce_expiring_evidence', item.id, item.brand_id, sqlstate, sqlerrm);
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
end;
$function$;

ALTER FUNCTION "public"."announce_expiring_evidence"(integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.approve_content(content_id uuid, comment text DEFAULT ''::text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid, published_url text DEFAULT NULL::text, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  if content.status = 'draft' then
    perform private.require_decision(content, 'approve', expected_version, null);
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_answer(content.id);
    return;
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve', expected_version, expected_round);
  if coalesce((step_run.definition ->> 'requires_published_url')::boolean, false) then
    if published_url is null or published_url !~ '^https?://[^\s<>"]+$' or char_length(published_url) > 2000 then
      perform private.refuse(400, 'this step wants the address where it was published', jsonb_build_array(
        jsonb_build_object(
          'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
        )
      ));
    end if;
    -- Kept with the step: writing it into the content would be an edit of what is being approved.
    update public.workflow_step_runs
    set definition = workflow_step_runs.definition || jsonb_build_object('published_url', published_url)
    where workflow_step_runs.id = step_run.id;
  end if;
  perform private.decide_task(run, step_run, 'approve', approve_content.comment);
  perform private.settle_step(run, content, step_run);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_claim(claim_id uuid, is_archived boolean DEFAULT true, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  if expected_version is not null then
    perform private.require_version(claim.version, expected_version, 'claim');
  end if;
  if is_archived and claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  end if;
  if (claim.archived_at is not null) <> is_archived then
    update public.claims set archived_at = case when is_archived then now() end where claims.id = claim.id;
  end if;
  return query select * from private.claim_answer(claim.id);
end;
$function$;

ALTER FUNCTION "public"."archive_claim"(uuid, boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_claim_brand(claim_brand_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  item public.master_claim_brands;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.master_claim_brands as found where found.id = claim_brand_id for update;
  if item.id is null then
    perform private.refuse(404, 'claim brand not found');
  elsif expected_version is not null then
    perform private.require_version(item.version, expected_version, 'claim brand');
  end if;
  if is_archived and item.archived_at is null and not is_forced then
    perform private.refuse_used(private.claim_brand_document(item) -> 'uses', 'claim brand');
  end if;
  if (item.archived_at is not null) <> is_archived then
    update public.master_claim_brands as found set archived_at = case when is_archived then now() end where found.id = item.id
    returning found.* into item;
    perform private.announce_catalogue(item.id, 'claim_brand', item.id, 'update');
  end if;
  return next private.claim_brand_document(item);
end;
$function$;

ALTER FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_ingredient(ingredient_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  item public.ingredients;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.ingredients as found where found.id = ingredient_id for update;
  if item.id is null then
    perform private.refuse(404, 'ingredient not found');
  elsif expected_version is not null then
    perform private.require_version(item.version, expected_version, 'ingredient');
  end if;
  if is_archived and item.archived_at is null and not is_forced then
    perform private.refuse_used(private.ingredient_document(item, null) -> 'uses', 'ingredient');
  end if;
  if (item.archived_at is not null) <> is_archived then
    update public.ingredients as found set archived_at = case when is_archived then now() end where found.id = item.id
    returning found.* into item;
    perform private.announce_ingredient(item.id, 'update');
  end if;
  return next private.ingredient_document(item, null);
end;
$function$;

ALTER FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_product(product_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  item public.products;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.products as found where found.id = product_id for update;
  if item.id is null then
    perform private.refuse(404, 'product not found');
  elsif expected_version is not null then
    perform private.require_version(item.version, expected_version, 'product');
  end if;
  if is_archived and item.archived_at is null and not is_forced then
    perform private.refuse_used(private.product_document(item) -> 'uses', 'product');
  end if;
  if (item.archived_at is not null) <> is_archived then
    update public.products as found set archived_at = case when is_archived then now() end where found.id = item.id
    returning found.* into item;
    perform private.announce_catalogue(item.master_claim_brand_id, 'product', item.id, 'update');
  end if;
  return next private.product_document(item);
end;
$function$;

ALTER FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.bulk_decide_tasks(decision text, tasks jsonb, comment text DEFAULT ''::text, published_url text DEFAULT NULL::text)
 RETURNS TABLE(task_id uuid, outcome integer, code text, message text, details text, content_id uuid, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  readable uuid [];
  expected integer;
begin
  perform private.require_functions();
  if coalesce(jsonb_array_length(private.as_array(tasks)), 0) not between 1 and 100 then
    perform private.refuse(400, 'one to a hundred tasks');
  end if;
  if jsonb_path_exists(tasks, '$[*] ? (!exists(@.content_version ? (@.type() == "number")))') then
    perform private.refuse(428, 'name the version of each content that you read');
  end if;
  perform private.begin_summary();
  -- All contents at once, of brands that the caller may read, and then brand by brand, as the audit logs are locked:
  -- no two commands wait for each other in a circle.
  readable := array(
    select each from unnest(private.brands_permitting('workflow.read')) as each
    where each = any (private.brands_permitting('content.read'))
  );
  perform private.lock_contents_of(array(
    select task.id
    from jsonb_array_elements(tasks) as wanted
    inner join public.workflow_tasks as task on task.id = (wanted ->> 'task_id')::uuid
    where task.brand_id = any (readable)
  ));
  for task_id, expected, content_id in
    select wanted.id, wanted.version, task.content_id
    from (
      select distinct on (each ->> 'task_id')
        (each ->> 'task_id')::uuid as id, (each ->> 'content_version')::integer as version
      from jsonb_array_elements(tasks) as each
      where each ->> 'task_id' is not null
      order by each ->> 'task_id'
    ) as wanted
    left join public.workflow_tasks as task on task.id = wanted.id
    order by task.brand_id, task.content_id, wanted.id
  loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_task_decision(
        task_id, bulk_decide_tasks.decision, bulk_decide_tasks.comment, bulk_decide_tasks.published_url,
        private.version_as_read(content_id, expected)
      );
    exception
      when others then -- refusals are the outcome of the task; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    else
      -- Not even the id of a content that the caller may not read.
      content_id := case when outcome <> 404 then content_id end;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_decide_tasks');
end;
$function$;

ALTER FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.cancel_review(content_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'content');
  perform private.require_permission(content.brand_id, 'workflow.control', 'content');
  perform private.cancel_review(content, reason);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."cancel_review"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.chase_tasks(batch integer DEFAULT 200, seconds integer DEFAULT 8)
 RETURNS TABLE(task_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
begin
  perform private.begin_summary();
  foreach task_id in array private.next_by_turns(
    'chase_tasks', 'public.workflow_tasks', 'item.status = ''pending'' and item.escalated_at is null',
    'private.chase_at(item.created_at, item.due_at, item.reminded_at, item.reminder_percent)', batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      outcome := private.chase_task(task_id);
      perform private.clear_setback('chase_tasks', task_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'chase_tasks', task_id,
        (select tasks.brand_id from public.workflow_tasks as tasks where tasks.id = chase_tasks.task_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('chase_tasks');
end;
$function$;

CREATE OR REPLACE FUNCTION public.close_claim_task(task_id uuid, state text, comment text DEFAULT ''::text)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  task private.claim_tasks;
begin
  perform private.require_functions();
  -- The permission before the lock: those without it must not make others wait.
  select * into task from private.claim_tasks as found where found.id = task_id;
  perform private.require_permission(task.brand_id, 'claim.read', 'task');
  if task.content_id is not null then
    perform private.require_permission(task.brand_id, 'content.read', 'task');
  end if;
  if private.may_close_claim_task(task) then
    select * into task from private.claim_tasks as found where found.id = task_id for update;
  end if;
  if task.id is null then
    perform private.refuse(404, 'task not found');
  elsif not private.may_close_claim_task(task) then
    perform private.refuse(403, 'this is for the assignee and for those who may write claims of the brand');
  elsif task.state <> 'open' then
    perform private.refuse(409, 'the task is ' || task.state || ' already', jsonb_build_array(jsonb_build_object(
      'field', 'state', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.person_document(task.closed_by, task.brand_id) ->> 'name', 'the platform'),
        to_char(task.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif state = 'dismissed' then
    perform private.require_reason(comment, 'comment');
  elsif state is distinct from 'done' then
    perform private.refuse(400, 'there is no such state',
      '[{"field": "state", "code": "INVALID_FORMAT", "message": "done or dismissed"}]');
  end if;
  update private.claim_tasks as kept
  set state = close_claim_task.state, closed_by = auth.uid(), closed_at = now(), closing_comment = coalesce(comment, '')
  where kept.id = task_id
  returning kept.* into task;
  perform private.append_event(task.brand_id, 'claim', task.claim_id, 'ClaimTaskClosed', jsonb_build_object(
    'taskId', task.id, 'state', task.state
  ));
  return next private.claim_task_document(task);
end;
$function$;

ALTER FUNCTION "public"."close_claim_task"(uuid, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_claim(text jsonb, level public.claim_level, status public.claim_status, subject_ids uuid[], countries text[] DEFAULT '{__GLOBAL__}'::text[], effective_from timestamp with time zone DEFAULT now(), effective_to timestamp with time zone DEFAULT NULL::timestamp with time zone, details jsonb DEFAULT '{}'::jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim_id uuid := private.uuid_v7();
begin
  perform private.require_functions();
  perform private.require_claim_subjects(level, subject_ids);
  insert into public.claims (
    id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to,
    category, regulatory_references, documentation_urls, notes
  )
  values (
    claim_id, text, coalesce(details ->> 'type', 'master'), level, status,
    case when level = 'brand' then subject_ids[1] end,
    -- __ALL_COUNTRIES__ is the word of overrides; claims say __GLOBAL__.
    coalesce((
      select array_agg(distinct case country when '__ALL_COUNTRIES__' then '__GLOBAL__' else country end)
      from unnest(countries) as country
    ), '{__GLOBAL__}'),
    coalesce(effective_from, now()), effective_to, details ->> 'category',
    array(select jsonb_array_elements_text(coalesce(details -> 'regulatory_references', '[]'))),
    array(select jsonb_array_elements_text(coalesce(details -> 'documentation_urls', '[]'))),
    coalesce(details ->> 'notes', '')
  );
  if level <> 'brand' then
    insert into public.claim_subjects (claim_id, product_id, ingredient_id)
    select claim_id, case when level = 'product' then subject end, case when level = 'ingredient' then subject end
    from (select distinct unnest(subject_ids) as subject) as subjects;
  end if;
  return query select * from private.claim_answer(claim_id);
end;
$function$;

ALTER FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_claim_brand(details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  made public.master_claim_brands;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  insert into public.master_claim_brands (name)
  values (details ->> 'name')
  returning * into made;
  perform private.announce_catalogue(made.id, 'claim_brand', made.id, 'insert');
  return next private.claim_brand_document(made);
end;
$function$;

ALTER FUNCTION "public"."create_claim_brand"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_delegation(delegate_id uuid, starts_at timestamp with time zone, ends_at timestamp with time zone, user_id uuid DEFAULT NULL::uuid, brand_id uuid DEFAULT NULL::uuid, reason text DEFAULT ''::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wished private.delegations;
begin
  perform private.require_functions();
  wished.user_id := coalesce(create_delegation.user_id, auth.uid());
  wished.delegate_id := create_delegation.delegate_id;
  wished.brand_id := create_delegation.brand_id;
  wished.starts_at := coalesce(create_delegation.starts_at, now());
  wished.ends_at := create_delegation.ends_at;
  perform private.require_delegation_rights(wished.user_id, wished.brand_id);
  perform private.lock_delegations(wished);
  perform private.require_sound_delegation(wished);
  insert into private.delegations as made (
    user_id, delegate_id, brand_id, starts_at, ends_at, reason, created_by, updated_by
  )
  values (
    wished.user_id, wished.delegate_id, wished.brand_id, wished.starts_at, wished.ends_at, create_delegation.reason,
    auth.uid(), auth.uid()
  )
  returning made.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationCreated');
  return private.delegation_answer(wished);
end;
$function$;

ALTER FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_ingredient(details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  made public.ingredients;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  insert into public.ingredients (name, description)
  values (details ->> 'name', coalesce(details ->> 'description', ''))
  returning * into made;
  return next private.ingredient_document(made, null);
end;
$function$;

ALTER FUNCTION "public"."create_ingredient"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_market_override(master_claim_id uuid, market_country text, product_id uuid, is_blocked boolean DEFAULT true, replacement_claim_id uuid DEFAULT NULL::uuid, is_forced boolean DEFAULT false)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  made uuid;
  master_brand uuid;
  beside uuid [];
begin
  perform private.require_functions();
  master_brand := (select products.master_claim_brand_id from public.products where products.id = product_id);
  perform private.require_override_write(
    null, master_brand, market_country, array[master_claim_id, replacement_claim_id]
  );
  -- One at a time for each claim and product, so that a rule for all countries and one for a country see each other.
  perform pg_advisory_xact_lock(hashtextextended('override:' || master_claim_id || product_id, 0));
  if exists (
    select from public.products
    where products.id = product_id and products.archived_at is not null
  ) then
    perform private.refuse(409, 'the product is archived: restore it first');
  end if;
  beside := array(
    select other.id from private.conflicting_overrides(master_claim_id, product_id, market_country) as other
  );
  if cardinality(beside) > 0 and not coalesce(is_forced, false) then
    perform private.refuse(409, 'there are rules for other markets of this product', (
      select jsonb_agg(
        jsonb_build_object(
          'field', 'market', 'code', 'CONFLICT', 'rule', other.id::text, 'message', other.market_country
        )
        order by other.market_country
      )
      from public.market_overrides as other where other.id = any (beside)
    ));
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  returning overrides.id into made;
  return next (private.override_documents(array[made]) -> 0) || jsonb_build_object(
    'warnings', private.override_documents(beside)
  );
end;
$function$;

ALTER FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_product(claim_brand_id uuid, details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  made public.products;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  if not exists (
    select from public.master_claim_brands as master where master.id = claim_brand_id and master.archived_at is null
  ) then
    perform private.refuse(400, 'there is no such claim brand in use', jsonb_build_array(jsonb_build_object(
      'field', 'claimBrandId', 'code', 'INVALID_FORMAT', 'message', 'unknown or archived'
    )));
  end if;
  insert into public.products (master_claim_brand_id, name, description)
  values (claim_brand_id, details ->> 'name', coalesce(details ->> 'description', ''))
  returning * into made;
  perform private.announce_catalogue(made.master_claim_brand_id, 'product', made.id, 'insert');
  return next private.product_document(made);
end;
$function$;

ALTER FUNCTION "public"."create_product"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_workflow(brand_id uuid, details jsonb, predefined text DEFAULT NULL::text, is_active boolean DEFAULT false)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  definition jsonb := details;
  workflow public.workflows;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'workflow.write');
  if predefined is not null then
    definition := jsonb_path_query_first(
      private.predefined_workflows(), '$[*] ? (@.predefined == $name)', jsonb_build_object('name', predefined)
    );
    if definition is null then
      perform private.refuse(400, 'there is no such predefined workflow', jsonb_build_array(
        private.problem('INVALID_FORMAT', 'names no predefined workflow') || '{"field": "predefined"}'
      ));
    end if;
    definition := definition - 'predefined' || details;
  end if;
  definition := private.bounded_definition(definition);
  perform private.require_workflow_plan(brand_id, definition, case
    -- With steps or a type of its own it is no predefined one, whatever it is called.
    when not details ?| array['steps', 'type'] then predefined
  end);
  perform private.require_sound_workflow(brand_id, definition);
  -- Read in a statement of its own, which sees the steps.
  workflow := private.add_workflow(brand_id, definition, is_active);
  return next private.workflow_answer(workflow);
end;
$function$;

ALTER FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.decide_claim(claim_id uuid, decision text, comment text DEFAULT ''::text, amended_text jsonb DEFAULT NULL::jsonb, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_position integer;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  step := private.locked_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  perform private.require_open_decision(claim, step, expected_version);
  if decision = 'approve' then
    next_position := (private.next_approval_step(claim, step.position)).position;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    next_position := (private.next_approval_step(claim, 0)).position;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, reviewer_role, decision, comment, is_current, is_amended, actor_id
  )
  values (
    claim.id, claim.version, step.position, step.name, step.reviewer_role, decide_claim.decision, decide_claim.comment,
    decide_claim.decision = 'approve', amended_text is not null, auth.uid()
  );
  update public.claims
  set
    text = coalesce(amended_text, claims.text),
    approval = case when next_position is null then 'approved' else 'pending' end,
    approval_position = next_position
  where claims.id = claim.id;
  perform private.announce_claim(claim.id, 'ClaimDecided', jsonb_build_object(
    'decision', decide_claim.decision, 'step', step.name, 'reviewerRole', step.reviewer_role
  ));
  return query select * from private.claim_answer(claim.id);
end;
$function$;

ALTER FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.decide_on_task(task_id uuid, decision text, comment text DEFAULT ''::text, published_url text DEFAULT NULL::text)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.run_task_decision(
    decide_on_task.task_id, decide_on_task.decision, decide_on_task.comment, decide_on_task.published_url
  );
  return public.get_task(decide_on_task.task_id);
end;
$function$;

ALTER FUNCTION "public"."decide_on_task"(uuid, text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delegate_review(content_id uuid, assignee_id uuid, step_run_id uuid DEFAULT NULL::uuid, reason text DEFAULT ''::text, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  step_run public.workflow_step_runs;
  task public.workflow_tasks;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  step_run := private.open_step_of(content, step_run_id, auth.uid());
  perform private.check_round(step_run, expected_round);
  select tasks.* into task
  from public.workflow_tasks as tasks
  where
    tasks.step_run_id = step_run.id and tasks.round = step_run.round and tasks.status = 'pending'
    and tasks.assignee_id = auth.uid();
  if task.id is null then
    perform private.refuse(403, 'only who has the task may delegate it; admins of the brand reassign it');
  end if;
  perform private.give_task(task, assignee_id, reason);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_claim(claim_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  replaced text [];
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  replaced := array(
    select rule.id::text from public.market_overrides as rule
    where rule.replacement_claim_id = claim.id order by rule.id limit 5
  );
  if cardinality(replaced) > 0 then
    perform private.refuse(409, 'the claim takes the place of another', jsonb_build_array(jsonb_build_object(
      'field', 'overrides', 'code', 'CONFLICT', 'message', array_to_string(replaced, ', ')
    )));
  end if;
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_workflow(workflow_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows;
  in_review bigint;
  approved bigint;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  select count(*) into in_review
  from public.workflow_instances as run where run.workflow_id = workflow.id and run.status = 'active';
  -- The approval of a content that is still to be published must be able to name its workflow (domain §5).
  select count(*) into approved
  from public.contents
  where
    contents.brand_id = workflow.brand_id and contents.status in ('approved', 'scheduled')
    and contents.deleted_at is null and exists (
      select from public.workflow_instances as run
      where run.content_id = contents.id and run.workflow_id = workflow.id and run.outcome = 'approved'
    );
  if in_review + approved > 0 then
    perform private.refuse(409, 'contents use the workflow: archive it instead', jsonb_build_array(
      private.problem('CONFLICT', in_review::text) || '{"field": "contentsInReview"}',
      private.problem('CONFLICT', approved::text) || '{"field": "contentsApproved"}'
    ));
  end if;
  delete from public.workflows where workflows.id = workflow.id;
end;
$function$;

ALTER FUNCTION "public"."delete_workflow"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.duplicate_workflow(workflow_id uuid, brand_id uuid DEFAULT NULL::uuid, name text DEFAULT NULL::text)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  workflow public.workflows;
  target uuid;
  definition jsonb;
begin
  perform private.require_functions();
  select * into workflow from public.workflows where workflows.id = workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  target := coalesce(brand_id, workflow.brand_id);
  perform private.require_permission(target, 'workflow.write');
  definition := private.workflow_definition(workflow);
  -- Nobody of another brand comes along: steps without people go to a role until the brand names its own.
  definition := private.normal_definition(definition || jsonb_build_object(
    'name', coalesce(duplicate_workflow.name, private.free_workflow_name(workflow.name, target)), 'is_default', false,
    'steps', (
      select coalesce(jsonb_agg(
        step.definition || jsonb_build_object('assignees', to_jsonb(kept.people)) || case
          when
            cardinality(kept.people) = 0 and step.definition ->> 'assigned_role' is null
            and step.definition ->> 'assignment_type' <> 'creator'
            then '{"assignment_type": "role", "assigned_role": "admin"}'
          else '{}'
        end::jsonb
        order by step.number
      ), '[]')
      from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
      cross join lateral (
        select private.member_ids(step.definition -> 'assignees', target) as people
      ) as kept
    )
  ));
  perform private.require_workflow_plan(target, definition, null);
  workflow := private.add_workflow(target, definition, false);
  return next private.workflow_answer(workflow);
end;
$function$;

ALTER FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_delegation(delegation_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present private.delegations;
begin
  perform private.require_functions();
  present := private.own_delegation(end_delegation.delegation_id);
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  if present.starts_at >= now() then
    delete from private.delegations where delegations.id = present.id;
  else
    update private.delegations
    set ends_at = now(), version = delegations.version + 1, updated_by = auth.uid(), updated_at = now()
    where delegations.id = present.id
    returning delegations.* into present;
  end if;
  perform private.tell_of_delegation(present, 'DelegationEnded');
end;
$function$;

ALTER FUNCTION "public"."end_delegation"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_review_path(brand_id uuid DEFAULT NULL::uuid, workflow_id uuid DEFAULT NULL::uuid, definition jsonb DEFAULT NULL::jsonb, content_id uuid DEFAULT NULL::uuid, sample jsonb DEFAULT '{}'::jsonb, starts_at timestamp with time zone DEFAULT now())
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  workflow public.workflows;
  content public.contents;
  brand uuid := brand_id;
  followed jsonb := definition;
begin
  if workflow_id is not null then
    select * into workflow from public.workflows where workflows.id = workflow_id;
    perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
    brand := workflow.brand_id;
    followed := coalesce(definition, private.workflow_definition(workflow));
  end if;
  perform private.require_permission(brand, 'workflow.read');
  followed := case
    when definition is not null then private.bounded_definition(followed) else private.normal_definition(followed)
  end;
  if definition is not null then
    -- It may name addresses, which a check tells to be members or not.
    perform private.require_permission(brand, 'workflow.write');
    perform private.require_sound_workflow(brand, followed);
    followed := private.with_members(followed, brand);
  end if;
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select contents.* into content from public.contents where contents.id = content_id;
    if content.brand_id <> brand then
      perform private.refuse(400, 'the content is of another brand', jsonb_build_array(
        private.problem('INVALID_FORMAT', 'is of another brand than the workflow') || '{"field": "contentId"}'
      ));
    end if;
  else
    content := jsonb_populate_record(null::public.contents, jsonb_build_object(
      'type', 'article', 'title', '', 'tags', '[]'::jsonb, 'fields', '{}'::jsonb, 'metadata', '{}'::jsonb,
      'created_by', auth.uid()
    ) || sample);
    content.brand_id := brand;
  end if;
  return private.review_path(followed, content, coalesce(starts_at, now()));
end;
$function$;

ALTER FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_workflow_problems(brand_id uuid, definition jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  written jsonb;
begin
  perform private.require_permission(brand_id, 'workflow.read');
  perform private.require_permission(brand_id, 'workflow.write');
  written := private.bounded_definition(definition);
  return jsonb_build_object(
    'problems', private.workflow_problems(brand_id, written), 'warnings', private.workflow_warnings(written)
  );
end;
$function$;

ALTER FUNCTION "public"."find_workflow_problems"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_ended_delegations(batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  forgotten integer;
begin
  -- Why somebody was away is nobody's business for longer than lists need it.
  delete from private.delegations
  where delegations.id in (
    select ended.id from private.delegations as ended
    where ended.ends_at < now() - interval '90 days'
    limit batch
  );
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$function$;

ALTER FUNCTION "public"."forget_ended_delegations"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_claim(claim_id uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.may_read_claim(claim_id) then
    return query select * from private.claim_answer(claim_id);
  end if;
end;
$function$;

ALTER FUNCTION "public"."get_claim"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_content(content_id uuid, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  content private.content_details;
  parts record;
  answer json;
  found jsonb;
begin
  select
    contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status,
    contents.title, contents.slug, contents.fields, contents.body, contents.excerpt, contents.metadata,
    contents.tags, contents.categories, contents.assignees, contents.score, contents.provenance, contents.version,
    contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at,
    contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at,
    contents.updated_by, contents.updated_at, contents.deleted_at
  into content
  from public.contents
  where contents.id = get_content.content_id and contents.deleted_at is null;
  if content.id is null then
    perform private.require_permission(null, 'content.read', 'content');
  end if;
  parts := private.answer_parts((
    null, array[content.id], array[content.brand_id], array[content.type], array[content.status],
    array[content.created_by], array[content.expires_at], array[content.deleted_at], null,
    -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
    case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
    || array[content.updated_by, content.published_by]
  )::private.content_page, content.version);
  content.allowed_actions := parts.allowed_actions;
  content.readable := parts.readable;
  content.people := parts.people;
  content.review := parts.review;
  -- Its columns become text once, here.
  answer := row_to_json(content);
  if cardinality(expand) = 0 then
    return answer;
  end if;
  found := answer;
  return (found || private.related_to(
    private.people_ids(found -> 'people'),
    case when found -> 'readable' ? 'brand' then array[(found ->> 'brand_id')::uuid] end,
    case when found -> 'readable' ? 'template' then array[(found ->> 'template_id')::uuid] end,
    expand
  ))::json;
end;
$function$;

CREATE OR REPLACE FUNCTION public.get_content_claims(content_id uuid, version integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  content public.contents;
  shown integer := get_content_claims.version;
begin
  perform private.require_visible_content(content_id);
  select * into content from private.content_by_id(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  if shown is null and content.status = 'published' then
    shown := content.version;
  end if;
  if get_content_claims.version is not null and not exists (
    select from public.content_versions as published
    where
      published.content_id = content.id and published.version = get_content_claims.version
      and published.snapshot ->> 'status' = 'published'
  ) then
    perform private.refuse(404, 'this version was not published');
  end if;
  return jsonb_build_object(
    'content_id', content.id,
    'version', coalesce(shown, content.version),
    'is_published', shown is not null,
    'published_at', (
      select published.snapshot ->> 'published_at' from public.content_versions as published
      where published.content_id = content.id and published.version = shown
    ),
    'published_versions', to_jsonb(array(
      select distinct published.version from public.content_versions as published
      where published.content_id = content.id and published.snapshot ->> 'status' = 'published'
      order by published.version desc
      limit 100
    )),
    'refusal', case when shown is null then private.claims_refusal(content) end,
    'items', coalesce(case
      when shown is null then (
        select jsonb_agg(to_jsonb(made)) from private.claims_made(content) as made
      )
      else (
        select jsonb_agg(to_jsonb(made) order by made.market, made.id)
        from private.publication_claims as made
        where made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = shown
      )
    end, '[]')
  );
end;
$function$;

ALTER FUNCTION "public"."get_content_claims"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_review(content_id uuid, run_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  names jsonb;
begin
  perform private.access_to_content(get_review.content_id);
  select contents.* into content from public.contents where contents.id = get_review.content_id;
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  select runs.* into run
  from public.workflow_instances as runs
  where
    runs.content_id = content.id and runs.brand_id = content.brand_id
    and (get_review.run_id is null or runs.id = get_review.run_id)
  order by runs.id desc
  limit 1;
  if run.id is null and get_review.run_id is not null then
    perform private.refuse(404, 'review not found');
  end if;
  names := private.people_of_brand(private.people_of_runs(content, run), content.brand_id);
  return jsonb_build_object(
    'content_id', content.id, 'brand_id', content.brand_id, 'content_status', content.status,
    'content_version', content.version,
    'run', case when run.id is not null then private.shown_run(run, names) end,
    'steps', case when run.id is not null then private.shown_step_runs(run, names) else '[]' end,
    'actions', private.review_verdicts(content, run),
    'history', case
      when run.id is not null then private.shown_history(run, names, page_offset, page_size)
      else '{"items": [], "total": 0}'
    end,
    'earlier_runs', coalesce((
      select jsonb_agg(private.shown_run(earlier, names) order by earlier.id desc)
      from (
        select runs.*
        from public.workflow_instances as runs
        where
          runs.content_id = content.id and runs.brand_id = content.brand_id and runs.id is distinct from run.id
        order by runs.id desc
        limit 50
      ) as earlier
    ), '[]'),
    'run_count', (
      select count(*) from public.workflow_instances as runs
      where runs.content_id = content.id and runs.brand_id = content.brand_id
    )
  );
end;
$function$;

ALTER FUNCTION "public"."get_review"(uuid, uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_task(task_id uuid)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := (select task.brand_id from public.workflow_tasks as task where task.id = get_task.task_id);
  access private.brand_access [];
begin
  access := private.access_with(brand, 'workflow.read', 'task');
  if cardinality(private.task_brands(access)) = 0 then
    perform private.refuse(404, 'task not found');
  end if;
  return private.shown_tasks(array[get_task.task_id], access);
end;
$function$;

ALTER FUNCTION "public"."get_task"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_workflow(workflow_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows;
begin
  select * into workflow from public.workflows where workflows.id = get_workflow.workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  return private.workflow_answer(workflow);
end;
$function$;

ALTER FUNCTION "public"."get_workflow"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.hand_over_open_tasks(delegation_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  present private.delegations;
  moved integer;
begin
  perform private.require_functions();
  present := private.own_delegation(hand_over_open_tasks.delegation_id);
  if now() < present.starts_at or now() >= present.ends_at then
    perform private.refuse(409, 'open tasks are handed over while the person is away');
  end if;
  perform private.begin_summary();
  moved := private.hand_over_tasks(present);
  perform private.send_summary('hand_over_open_tasks');
  return private.delegation_answer(present) || jsonb_build_object('moved_tasks', moved);
end;
$function$;

ALTER FUNCTION "public"."hand_over_open_tasks"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.hand_over_task(task_id uuid, assignee_id uuid, reason text DEFAULT ''::text, is_own boolean DEFAULT false)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
begin
  perform private.require_functions();
  task := private.lock_task(hand_over_task.task_id);
  if is_own and task.assignee_id is distinct from auth.uid() then
    perform private.refuse(403, 'only your own tasks can be delegated');
  end if;
  perform public.reassign_task(task.id, hand_over_task.assignee_id, hand_over_task.reason);
  return public.get_task((
    select tasks.id from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = hand_over_task.assignee_id
  ));
end;
$function$;

ALTER FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.import_claims(lines jsonb, is_dry_run boolean DEFAULT true, is_whole boolean DEFAULT true)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  most_names constant integer := 5000;
  known jsonb;
  entry jsonb;
  made jsonb := '[]';
  duplicates jsonb := '[]';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  if jsonb_array_length(lines) > 1000 then
    perform private.refuse(400, 'an import has at most 1000 rows');
  elsif (
    select sum(jsonb_array_length(private.as_array(each -> 'claim' -> 'subjects')))
    from jsonb_array_elements(lines) as each
  ) > most_names then
    perform private.refuse(400, format('an import names at most %s subjects', most_names), jsonb_build_array(
      jsonb_build_object('field', 'subjects', 'code', 'VALUE_TOO_LONG', 'message', 'divide the file')
    ));
  end if;
  known := private.imported_names(lines);
  -- Creating the claims is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    if is_dry_run then
      -- Undone with the claims: nobody has to wait for the counters of what is not written.
      perform set_config('mixerai.claim_changes', 'dry run', true);
    else
      perform private.lock_imported(known);
    end if;
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || jsonb_build_object('line', entry -> 'line', 'id', private.import_claim(entry -> 'claim', known));
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if code = '23505' then
            duplicates := duplicates || (entry -> 'line');
          elsif private.http_status(code) is null then
            raise;
          else
            problems := problems || jsonb_build_object(
              'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
              'details', private.own_details(code, details)
            );
          end if;
      end;
    end loop;
    if is_dry_run or is_whole and problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      null;
  end;
  perform private.send_summary('import_claims');
  return jsonb_build_object(
    'made', made, 'duplicates', duplicates, 'problems', problems,
    'is_written', not is_dry_run and not (is_whole and problems <> '[]')
  );
end;
$function$;

ALTER FUNCTION "public"."import_claims"(jsonb, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_approval_steps(claim_brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_claim_brands(claim_brand_id, null);
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(to_jsonb(step) order by step.position), '[]'), 'total', count(*)
    )
    from public.claim_approval_steps as step where step.master_claim_brand_id = list_approval_steps.claim_brand_id
  );
end;
$function$;

ALTER FUNCTION "public"."list_approval_steps"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_brands(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null then
    masters := private.require_claim_brands(null, brand_id);
  end if;
  return (
    with matching as materialized (
      select master as found, master.id, master.name, case sort
        when 'created_at' then master.created_at when 'updated_at' then master.updated_at
      end as sort_time
      from public.master_claim_brands as master
      where
        (masters is null or master.id = any (masters)) and (claim_brand_id is null or master.id = claim_brand_id)
        and (query is null or position(lower(query) in lower(master.name)) > 0)
        and (is_archived is null or (master.archived_at is not null) = is_archived)
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.claim_brand_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_checks(content_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  holding uuid[];
begin
  perform private.require_visible_content(content_id);
  select * into content from private.content_by_id(list_claim_checks.content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  holding := array(select held.check_id from private.holding_checks(content) as held);
  return (
    with page as (
      select review.id as review_id, private.claim_check_document(review, review.id = any (holding)) as document
      from public.claim_reviews as review
      where review.content_id = list_claim_checks.content_id
      order by review.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(page.document order by page.review_id desc) from page), '[]'),
      'total', (
        select count(*) from public.claim_reviews as review where review.content_id = list_claim_checks.content_id
      )
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_checks"(uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_evidence(claim_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  may_write boolean;
  may_review boolean;
begin
  if not private.may_read_claim(claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  may_write := private.may_write_claim(claim_id);
  may_review := private.reviews_evidence(claim_id);
  return (
    select jsonb_build_object(
      'state', private.evidence_state(list_claim_evidence.claim_id),
      'items', coalesce(
        jsonb_agg(private.evidence_document(evidence, may_write, may_review) order by evidence.id desc), '[]'
      )
    )
    from private.claim_evidence as evidence
    where evidence.claim_id = list_claim_evidence.claim_id
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_evidence"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_matrix(market text, claim_brand_id uuid DEFAULT NULL::uuid, brand_id uuid DEFAULT NULL::uuid, at timestamp with time zone DEFAULT NULL::timestamp with time zone, query text DEFAULT NULL::text, levels public.claim_level[] DEFAULT NULL::public.claim_level[], statuses text[] DEFAULT NULL::text[], product_query text DEFAULT NULL::text, language text DEFAULT NULL::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, column_offset integer DEFAULT 0, column_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [];
  products uuid [];
  columns jsonb;
begin
  masters := private.require_claim_brands(claim_brand_id, brand_id);
  perform private.check_market(market);
  select array_agg(product.id order by product.name, product.id) into products
  from public.products as product
  inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
  where
    product.master_claim_brand_id = any (masters) and product.archived_at is null and master.archived_at is null
    and (product_query is null or position(lower(product_query) in lower(product.name)) > 0);
  select coalesce(jsonb_agg(jsonb_build_object(
    'product_id', product.id, 'product_name', product.name, 'market', list_claim_matrix.market
  ) order by shown.number), '[]')
  into columns
  from unnest(products) with ordinality as shown (id, number)
  inner join public.products as product on product.id = shown.id
  where shown.number > column_offset and shown.number <= column_offset + least(greatest(column_size, 1), 100);
  return private.claim_matrix(
    coalesce(products, '{}'), columns, array[list_claim_matrix.market], coalesce(at, now()), query, levels, statuses,
    language, page_offset, least(greatest(page_size, 1), 2000)
  ) || jsonb_build_object('column_total', coalesce(cardinality(products), 0));
end;
$function$;

ALTER FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_reviewers(brand_id uuid, claim_brand_id uuid DEFAULT NULL::uuid, reviewer_role text DEFAULT NULL::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'claim.read');
  return (
    with matching as (
      select held.*, master.name as claim_brand_name
      from public.claim_reviewers as held
      left join public.master_claim_brands as master on master.id = held.master_claim_brand_id
      where
        held.brand_id = list_claim_reviewers.brand_id
        and (claim_brand_id is null or coalesce(held.master_claim_brand_id, claim_brand_id) = claim_brand_id)
        and (list_claim_reviewers.reviewer_role is null or held.reviewer_role = list_claim_reviewers.reviewer_role)
    ),
    page as (
      select matching.* from matching
      order by matching.reviewer_role, matching.id offset page_offset limit least(greatest(page_size, 1), 100)
    ),
    known as (select private.people_named(array(select page.user_id from page)) as people)
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.reviewer_document(page.id, known.people) order by page.reviewer_role, page.id
        )
        from page cross join known
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_tasks(brand_id uuid DEFAULT NULL::uuid, state text DEFAULT 'open'::text, kind text DEFAULT NULL::text, claim_id uuid DEFAULT NULL::uuid, content_id uuid DEFAULT NULL::uuid, is_mine boolean DEFAULT false, sort text DEFAULT 'due_on'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable constant uuid[] := private.brands_permitting('claim.read');
  -- Sentences of a content are for those who may read it.
  with_contents constant uuid[] := private.brands_permitting('content.read');
  -- Tasks without an assignee are for those who may write claims.
  writable constant uuid[] := private.brands_permitting('claim.write');
begin
  return (
    with matching as (
      select task.id, case list_claim_tasks.sort
        when 'due_on' then coalesce(task.due_on, 'infinity')::timestamp
        when 'created_at' then task.created_at at time zone 'UTC'
        when 'closed_at' then coalesce(task.closed_at at time zone 'UTC', 'infinity')
      end as place
      from private.claim_tasks as task
      where
        task.brand_id = any (readable)
        and (task.content_id is null or task.brand_id = any (with_contents))
        and (list_claim_tasks.brand_id is null or task.brand_id = list_claim_tasks.brand_id)
        and (list_claim_tasks.state is null or task.state = list_claim_tasks.state)
        and (list_claim_tasks.kind is null or task.kind = list_claim_tasks.kind)
        and (list_claim_tasks.claim_id is null or task.claim_id = list_claim_tasks.claim_id)
        and (list_claim_tasks.content_id is null or task.content_id = list_claim_tasks.content_id)
        and (
          not list_claim_tasks.is_mine or task.assignee_id = auth.uid()
          or (task.assignee_id is null and task.brand_id = any (writable))
        )
    ),
    page as (
      select matching.id, row_number() over () as nth from (
        select matching.id from matching
        order by
          case when not is_descending then matching.place end, case when is_descending then matching.place end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.claim_task_document(task) order by page.nth)
        from page
        inner join private.claim_tasks as task on task.id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claim_versions(claim_id uuid, versions integer[] DEFAULT NULL::integer[], page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  if not private.may_read_claim(claim_id) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select found.* from public.claim_versions as found
      where found.claim_id = list_claim_versions.claim_id and (versions is null or found.version = any (versions))
    ),
    page as (
      select matching.* from matching
      order by matching.version desc offset page_offset limit least(greatest(page_size, 1), 100)
    ),
    known as (select private.people_named(array(select page.created_by from page)) as people)
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          (to_jsonb(page) - 'approval_position')
          || jsonb_build_object('created_by', private.named_person(page.created_by, known.people))
          order by page.version desc
        )
        from page cross join known
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_claims(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, levels public.claim_level[] DEFAULT NULL::public.claim_level[], statuses public.claim_status[] DEFAULT NULL::public.claim_status[], approvals text[] DEFAULT NULL::text[], country text DEFAULT NULL::text, effective_at timestamp with time zone DEFAULT NULL::timestamp with time zone, category text DEFAULT NULL::text, language text DEFAULT NULL::text, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, is_decidable boolean DEFAULT false, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  ids uuid [];
  total bigint;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  with matching as materialized (
    select claims.id, case list_claims.sort
      when 'text' then private.claim_text_key(claims.text)
      when 'status' then claims.status::text
      when 'level' then claims.level::text
      when 'category' then coalesce(claims.category, '')
    end as sort_text, case list_claims.sort
      when 'created_at' then claims.created_at
      when 'effective_from' then claims.effective_from
      when 'effective_to' then coalesce(claims.effective_to, 'infinity')
      when 'updated_at' then claims.updated_at
    end as sort_time
    from private.claims_about(masters) as readable (id)
    inner join public.claims on claims.id = readable.id
    where
      (product_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.product_id = list_claims.product_id
      ))
      and (ingredient_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.ingredient_id = list_claims.ingredient_id
      ))
      and (levels is null or claims.level = any (levels))
      and (statuses is null or claims.status = any (statuses))
      and (approvals is null or coalesce(claims.approval, 'none') = any (approvals))
      and (country is null or claims.countries && array['__GLOBAL__', country])
      and (effective_at is null or claims.effective_from <= effective_at
        and (claims.effective_to is null or claims.effective_to > effective_at))
      and (list_claims.category is null or claims.category = list_claims.category)
      and (language is null or claims.text ? language)
      and (is_archived is null or (claims.archived_at is not null) = is_archived)
      and (not is_decidable or (claims.approval = 'pending' and private.decision_problem(
        claims, private.next_approval_step(claims, claims.approval_position - 1)
      ) is null))
      -- Only what the caller may read is compared, so an index of all texts would not help.
      and (query is null or exists (
        select from jsonb_each_text(claims.text) as translation where position(lower(query) in lower(translation.value)) > 0
      ))
  )
  select
    (select count(*) from matching),
    array(
      select matching.id from matching
      order by
        case when not is_descending then matching.sort_text end, case when is_descending then matching.sort_text end desc,
        case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
        matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
  into total, ids;
  return jsonb_build_object('items', private.claim_documents(ids), 'total', total);
end;
$function$;

ALTER FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_delegations(filters jsonb DEFAULT '{}'::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  caller constant uuid := auth.uid();
  brand constant uuid := filters ->> 'brand_id';
  person constant uuid := filters ->> 'user_id';
  wished constant text := filters ->> 'state';
begin
  if brand is not null then
    perform private.require_permission(brand, 'workflow.control', 'brand');
  elsif not private.session_trusted() or (private.api_key_id() is not null and not filters ? 'id') then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select delegations as delegation, delegations.starts_at, delegations.id
      from private.delegations
      where
        case
          when list_delegations.filters ? 'id' then
            delegations.id = (list_delegations.filters ->> 'id')::uuid
            and private.may_read_delegation(delegations)
          when brand is not null then delegations.brand_id = brand or (
            delegations.brand_id is null and exists (
              select from public.brand_members as member
              where member.user_id = delegations.user_id and member.brand_id = brand
            )
          )
          else caller in (delegations.user_id, delegations.delegate_id)
        end
        and (person is null or person in (delegations.user_id, delegations.delegate_id))
        and case wished
          when 'upcoming' then now() < delegations.starts_at
          when 'active' then now() >= delegations.starts_at and now() < delegations.ends_at
          when 'ended' then now() >= delegations.ends_at
          else true
        end
    ),
    page as (
      select matching.* from matching order by matching.starts_at desc, matching.id desc
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.delegation_answer(page.delegation) order by page.starts_at desc, page.id desc)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_delegations"(jsonb, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_evidence(brand_id uuid DEFAULT NULL::uuid, statuses text[] DEFAULT NULL::text[], expires_before date DEFAULT NULL::date, is_decidable boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  masters uuid[];
begin
  if list_evidence.brand_id is not null then
    masters := private.require_claim_brands(null, list_evidence.brand_id);
  elsif not private.is_platform_admin() then
    masters := private.readable_master_brands();
  end if;
  return (
    with matching as materialized (
      select evidence.id
      from private.claims_about(masters) as readable (id)
      inner join private.claim_evidence as evidence on evidence.claim_id = readable.id
      where
        (statuses is null or evidence.status = any (statuses))
        and (expires_before is null or evidence.expires_on < expires_before)
        and (not is_decidable or (
          evidence.status = 'pending' and evidence.created_by is distinct from auth.uid()
          and evidence.edited_by is distinct from auth.uid() and private.reviews_evidence(evidence.claim_id)
        ))
    ),
    page as (
      select matching.id from matching order by matching.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.evidence_answer(page.id) order by page.id desc) from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_ingredients(product_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  return (
    with matching as materialized (
      select ingredient as found, ingredient.id, ingredient.name, case sort
        when 'created_at' then ingredient.created_at when 'updated_at' then ingredient.updated_at
      end as sort_time
      from public.ingredients as ingredient
      where
        (masters is null or exists (
          select from public.product_ingredients as part
          inner join public.products as product on product.id = part.product_id
          where part.ingredient_id = ingredient.id and product.master_claim_brand_id = any (masters)
        ))
        and (ingredient_id is null or ingredient.id = ingredient_id)
        and (query is null or position(lower(query) in lower(ingredient.name || ' ' || ingredient.description)) > 0)
        and (is_archived is null or (ingredient.archived_at is not null) = is_archived)
        and (product_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = list_ingredients.product_id and part.ingredient_id = ingredient.id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.ingredient_document(page.found, masters) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

ALTER FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_market_matrix(product_id uuid, markets text[], at timestamp with time zone DEFAULT NULL::timestamp with time zone, query text DEFAULT NULL::text, levels public.claim_level[] DEFAULT NULL::public.claim_level[], statuses text[] DEFAULT NULL::text[], language text DEFAULT NULL::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  product public.products;
  columns jsonb;
  asked text;
begin
  product := private.require_product_in_use(product_id);
  if coalesce(cardinality(markets), 0) not between 1 and 50 then
    perform private.refuse(400, 'name the markets', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', '1 to 50 markets'
    )));
  end if;
  foreach asked in array markets loop
    perform private.check_market(asked);
  end loop;
  select jsonb_agg(jsonb_build_object(
    'product_id', product.id, 'product_name', product.name, 'market', place.market
  ) order by place.number)
  into columns
  from unnest(markets) with ordinality as place (market, number);
  return private.claim_matrix(
    array[product.id], columns, markets, coalesce(at, now()), query, levels, statuses, language, page_offset,
    least(greatest(page_size, 1), 2000)
  ) || jsonb_build_object('column_total', cardinality(markets));
end;
$function$;

ALTER FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_market_overrides(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, claim_id uuid DEFAULT NULL::uuid, market text DEFAULT NULL::text, override_id uuid DEFAULT NULL::uuid, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  ids uuid [];
  total bigint;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  with matching as materialized (
    select
      rule.id, rule.updated_at, rule.created_at,
      case list_market_overrides.sort when 'product' then product.name when 'market' then rule.market_country end as name
    from public.market_overrides as rule
    inner join public.products as product on product.id = rule.product_id
    where
      (masters is null or product.master_claim_brand_id = any (masters))
      and (override_id is null or rule.id = override_id)
      and (product_id is null or rule.product_id = list_market_overrides.product_id)
      and (claim_id is null or claim_id in (rule.master_claim_id, rule.replacement_claim_id))
      and (market is null or rule.market_country = market)
  )
  select
    (select count(*) from matching),
    array(
      select matching.id from matching
      order by
        case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
        case when not is_descending then case sort when 'created_at' then matching.created_at else matching.updated_at end
        end,
        case when is_descending then case sort when 'created_at' then matching.created_at else matching.updated_at end
        end desc,
        matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
  into total, ids;
  return jsonb_build_object('items', private.override_documents(ids), 'total', total);
end;
$function$;

ALTER FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_override_conflicts(override_id uuid DEFAULT NULL::uuid, master_claim_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, market text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  rule public.market_overrides;
  found uuid [];
begin
  select rules.* into rule from public.market_overrides as rules where rules.id = override_id;
  if override_id is not null and rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  perform private.readable_product(coalesce(rule.product_id, product_id));
  found := array(
    select other.id
    from private.conflicting_overrides(
      coalesce(rule.master_claim_id, master_claim_id), coalesce(rule.product_id, product_id),
      coalesce(rule.market_country, market)
    ) as other
  );
  return jsonb_build_object('items', private.override_documents(found), 'total', cardinality(found));
end;
$function$;

ALTER FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_predefined_workflows(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  workflows text [];
begin
  perform private.require_permission(brand_id, 'workflow.read');
  workflows := private.plan_workflows(brand_id);
  return jsonb_build_object('items', (
    select jsonb_agg(
      private.normal_definition(known.definition) || jsonb_build_object(
        'predefined', known.definition -> 'predefined',
        'is_available', workflows is null or known.definition ->> 'predefined' = any (workflows)
      )
      order by known.number
    )
    from jsonb_array_elements(private.predefined_workflows()) with ordinality as known (definition, number)
  ));
end;
$function$;

ALTER FUNCTION "public"."list_predefined_workflows"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_products(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  return (
    with matching as materialized (
      select product as found, product.id, product.name, case sort
        when 'created_at' then product.created_at when 'updated_at' then product.updated_at
      end as sort_time
      from public.products as product
      where
        (masters is null or product.master_claim_brand_id = any (masters))
        and (product_id is null or product.id = product_id)
        and (query is null or position(lower(query) in lower(product.name || ' ' || product.description)) > 0)
        and (is_archived is null or (product.archived_at is not null) = is_archived)
        and (ingredient_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = product.id and part.ingredient_id = list_products.ingredient_id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.product_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

ALTER FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_stacked_claims(product_id uuid, market text, at timestamp with time zone DEFAULT NULL::timestamp with time zone, language text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  product public.products;
begin
  product := private.require_product_in_use(product_id);
  perform private.check_market(market);
  return (
    with stacked as materialized (
      select
        found.*,
        coalesce(claim.text ->> list_stacked_claims.language, claim.text ->> 'original') as claim_text,
        case when claim.text ? list_stacked_claims.language then list_stacked_claims.language else 'original' end
          as text_language
      from private.stack_claims(
        array[product.id], array[list_stacked_claims.market], coalesce(list_stacked_claims.at, now())
      ) as found
      inner join public.claims as claim on claim.id = found.claim_id
    ),
    held as materialized (
      select stacked.* from stacked where stacked.place = 1 and not stacked.is_replaced
    ),
    pairs as (
      -- One join by text and one by override: together they would compare each with each.
      select held.text_key, held.scope, held.level, held.status, to_jsonb(other) as other, other.place,
        other.scope as other_scope, other.level as other_level, other.status as other_status
      from held
      inner join stacked as other on other.text_key = held.text_key and other.place > 1 and not other.is_replaced
      union all
      select held.text_key, 1, held.level, held.status, to_jsonb(other), other.place, other.scope, other.level, other.status
      from held
      inner join stacked as other on other.override_id = held.override_id and other.is_replaced
      where held.scope = 1
    ),
    beaten as (
      select
        pairs.text_key,
        jsonb_agg(
          jsonb_build_object(
            'claim_id', pairs.other -> 'claim_id', 'text', pairs.other -> 'claim_text', 'status', pairs.other_status,
            'scope', pairs.other_scope, 'level', pairs.other_level,
            'override_id', case pairs.other_scope when 1 then pairs.other -> 'override_id' end,
            'lost_by', case
              when pairs.scope = 1 and pairs.other_scope > 1 then 'override'
              when pairs.other_scope > pairs.scope then 'scope'
              when pairs.other_level > pairs.level then 'level'
              when pairs.other_status <> pairs.status then 'status'
              else 'id'
            end
          )
          order by pairs.place
        ) as others
      from pairs
      group by pairs.text_key
    )
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(
        jsonb_build_object(
          'text', held.claim_text, 'language', held.text_language,
          'original_text', coalesce(master.text, claim.text) ->> 'original', 'status', held.status, 'scope', held.scope,
          'level', held.level, 'source', case held.scope when 1 then 'override' else held.level::text end,
          'claim_id', held.claim_id, 'master_claim_id', held.master_claim_id, 'is_master', held.is_master,
          'override', case when override.id is not null then jsonb_build_object(
            'id', override.id, 'market', override.market_country, 'is_blocked', override.is_blocked,
            'replacement_claim_id', override.replacement_claim_id
          ) end,
          'category', claim.category, 'over', coalesce(beaten.others, '[]')
        )
        order by held.scope, held.level, held.claim_text, held.claim_id
      ), '[]'),
      'total', count(*)
    )
    from held
    inner join public.claims as claim on claim.id = held.claim_id
    left join public.claims as master on held.scope = 1 and master.id = held.master_claim_id
    left join public.market_overrides as override
      on override.id = case held.scope when 1 then held.override_id else held.exemption_id end
    left join beaten on beaten.text_key = held.text_key
  );
end;
$function$;

ALTER FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_tasks(filters jsonb DEFAULT '{}'::jsonb, state text DEFAULT 'open'::text, sort text DEFAULT 'due'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := filters ->> 'brand_id';
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 100);
  access private.brand_access [];
  brands uuid [];
  found record;
  shown json;
begin
  if coalesce(filters ->> 'scope', 'mine') <> 'mine' then
    access := private.access_with(brand, 'workflow.control', 'brand');
  else
    access := private.access_held(case when brand is not null then array[brand] end);
  end if;
  if state not in ('open', 'overdue', 'done') or private.task_order(sort, is_descending) is null then
    perform private.refuse(400, 'tasks have no such state or order');
  end if;
  brands := private.task_brands(access);
  if filters ?| array['type', 'q', 'step', 'workflow_id'] then
    found := private.searched_tasks(filters, brands, state, sort, is_descending, skipped, wished);
  else
    found := private.found_tasks(filters, brands, state, sort, is_descending, skipped, wished);
  end if;
  shown := private.shown_tasks(found.ids, access);
  return json_build_object(
    'items', shown -> 'items', 'people', shown -> 'people',
    'total', case state
      when 'open' then found.open_tasks when 'done' then found.done_tasks else found.overdue_tasks
    end,
    'counts', json_build_object(
      'open', found.open_tasks, 'overdue', found.overdue_tasks, 'done', found.done_tasks
    ),
    'is_truncated', found.is_truncated
  );
end;
$function$;

ALTER FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_vetting_feedback(content_id uuid, step_id uuid DEFAULT NULL::uuid, market text DEFAULT NULL::text, content_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  content public.contents;
begin
  if private.access_to_content(list_vetting_feedback.content_id) is null then
    return;
  end if;
  select contents.* into content from public.contents where contents.id = list_vetting_feedback.content_id;
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  return query
  select jsonb_build_object(
    'id', stored.id, 'content_id', stored.content_id, 'content_version', stored.content_version,
    'is_current', stored.content_version = content.version, 'step_id', stored.step_run_id,
    'step_name', step_run.name, 'market', stored.market, 'generation_id', stored.generation_id,
    'items', stored.items, 'created_by', private.person_document(stored.created_by, stored.brand_id),
    'created_at', stored.created_at
  )
  from public.vetting_feedback as stored
  inner join public.workflow_step_runs as step_run on step_run.id = stored.step_run_id
  where
    stored.content_id = content.id and stored.brand_id = content.brand_id
    and (list_vetting_feedback.step_id is null or stored.step_run_id = list_vetting_feedback.step_id)
    and (list_vetting_feedback.market is null or stored.market = list_vetting_feedback.market)
    and (
      list_vetting_feedback.content_version is null
      or stored.content_version = list_vetting_feedback.content_version
    )
  order by stored.created_at desc, stored.id desc
  limit 50;
end;
$function$;

ALTER FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_workflow_versions(workflow_id uuid, version integer DEFAULT NULL::integer, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand uuid;
begin
  select workflows.brand_id into brand
  from public.workflows where workflows.id = list_workflow_versions.workflow_id;
  perform private.require_permission(brand, 'workflow.read', 'workflow');
  return (
    with page as (
      select versions.*
      from public.workflow_versions as versions
      where
        versions.workflow_id = list_workflow_versions.workflow_id
        and (list_workflow_versions.version is null or versions.version = list_workflow_versions.version)
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.as_object(page.definition) - 'steps' || jsonb_build_object(
            'step_count', coalesce(jsonb_array_length(private.as_array(page.definition -> 'steps')), 0),
            'workflow_id', page.workflow_id, 'version', page.version, 'created_at', page.created_at,
            'created_by', private.person_document(page.created_by, brand),
            'escalate_to', private.person_document(private.as_uuid(page.definition ->> 'escalate_to'), brand)
          ) || case
            -- Of one version only: a page of them would have 2,000 steps with their people.
            when list_workflow_versions.version is not null
              then jsonb_build_object('steps', private.shown_steps(page.definition -> 'steps', brand))
            else '{}'
          end
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (
        select count(*) from public.workflow_versions as versions
        where
          versions.workflow_id = list_workflow_versions.workflow_id
          and (list_workflow_versions.version is null or versions.version = list_workflow_versions.version)
      )
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_workflows(brand_id uuid DEFAULT NULL::uuid, state text DEFAULT NULL::text, content_type text DEFAULT NULL::text, query text DEFAULT NULL::text, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('workflow.read');
  writable uuid [] := private.brands_permitting('workflow.write');
begin
  return (
    with matching as (
      select workflows as workflow, private.workflow_state(workflows) as state
      from public.workflows
      where
        workflows.brand_id = any (readable)
        and (list_workflows.brand_id is null or workflows.brand_id = list_workflows.brand_id)
        and (
          list_workflows.content_type is null or workflows.content_types = '{}'
          or list_workflows.content_type = any (workflows.content_types)
        )
        and (
          list_workflows.query is null
          or position(lower(list_workflows.query) in lower(workflows.name || ' ' || workflows.description)) > 0
        )
    ),
    page as (
      select
        matching.workflow,
        row_number() over (
          order by
            case when sort = 'updated_at' and is_descending then (matching.workflow).updated_at end desc,
            case when sort = 'updated_at' and not is_descending then (matching.workflow).updated_at end,
            case when sort = 'created_at' and is_descending then (matching.workflow).created_at end desc,
            case when sort = 'created_at' and not is_descending then (matching.workflow).created_at end,
            case when sort = 'name' and is_descending then (matching.workflow).name end desc,
            (matching.workflow).name, (matching.workflow).id
        ) as number
      from matching
      where list_workflows.state is null or matching.state = list_workflows.state
      order by number
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce(
        (select jsonb_agg(private.shown_workflow(page.workflow, writable) order by page.number) from page), '[]'
      ),
      'total', (
        select count(*) from matching where list_workflows.state is null or matching.state = list_workflows.state
      )
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.open_claim_tasks(claim_id uuid, override_id uuid DEFAULT NULL::uuid, evidence_id uuid DEFAULT NULL::uuid, change jsonb DEFAULT '{}'::jsonb, assignee_id uuid DEFAULT NULL::uuid, due_on date DEFAULT NULL::date)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  claim public.claims;
  -- Where the caller only reads, others decide what is to be done.
  writable uuid[];
  made jsonb := '[]';
  remaining bigint := 0;
  refused bigint := 0;
  item record;
  task_id uuid;
  outcome text;
  problem text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  writable := private.brands_permitting('claim.write') || private.brands_permitting('content.edit');
  claim := private.lock_claim(open_claim_tasks.claim_id, is_for_author => true);
  for item in
    select
      found.*,
      case when found.brand_id = any (writable) then row_number() over (
        partition by found.brand_id = any (writable)
        order by found.is_published desc, found.content_id, found.market, found.start_offset
      ) end as nth
    from private.impact_items(
      open_claim_tasks.claim_id, open_claim_tasks.override_id, open_claim_tasks.evidence_id,
      open_claim_tasks.change, null
    ) as found
    -- A second call goes on after the tasks of the first one.
    where not exists (
      select from private.claim_tasks as task
      where
        task.brand_id = found.brand_id and task.kind = 'claim_changed' and task.claim_id = open_claim_tasks.claim_id
        and task.evidence_id is not distinct from open_claim_tasks.evidence_id and task.content_id = found.content_id
        and task.market = found.market and task.mark = found.start_offset and task.state = 'open'
    )
  loop
    if item.nth is null then
      refused := refused + 1;
      continue;
    elsif item.nth > 500 then
      remaining := remaining + 1;
      continue;
    end if;
    task_id := null;
    problem := null;
    begin
      if assignee_id is not null and not private.is_active_member(assignee_id, item.brand_id) then
        perform private.refuse(400, 'the assignee is no active member of the brand');
      end if;
      insert into private.claim_tasks (
        brand_id, kind, claim_id, evidence_id, content_id, market, title, sentence, draft, mark, due_on, assignee_id,
        created_by
      )
      values (
        item.brand_id, 'claim_changed', claim.id, open_claim_tasks.evidence_id, item.content_id, item.market,
        left(format('Review "%s" in %s: %s', claim.text ->> 'original', item.market, item.effect), 500),
        item.sentence, item.draft, item.start_offset, open_claim_tasks.due_on, open_claim_tasks.assignee_id, auth.uid()
      )
      on conflict do nothing
      returning claim_tasks.id into task_id;
      outcome := case when task_id is null then 'exists' else 'opened' end;
      if task_id is not null then
        perform private.append_event(item.brand_id, 'claim', claim.id, 'ClaimTaskOpened', jsonb_build_object(
          'taskId', task_id, 'contentId', item.content_id, 'market', item.market
        ));
      end if;
    exception when others then
      outcome := 'failed';
      problem := case when sqlstate like 'PT%' then sqlerrm else 'this could not be stored' end;
    end;
    made := made || jsonb_build_object(
      'content_id', item.content_id, 'market', item.market, 'sentence', item.sentence, 'draft', item.draft,
      'outcome', outcome, 'task_id', task_id, 'problem', problem
    );
  end loop;
  perform private.send_summary('open_claim_tasks');
  return jsonb_build_object('items', made, 'remaining', remaining, 'refused', refused);
end;
$function$;

ALTER FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.override_claim_check(content_id uuid, check_id uuid, reason text)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.require_visible_content(content_id);
  if not exists (
    select from public.claim_reviews as review
    where review.id = check_id and review.content_id = override_claim_check.content_id
  ) then
    perform private.refuse(404, 'check not found');
  end if;
  return query
    select private.claim_check_details(review)
    from public.override_claim_review(check_id, reason) as review;
end;
$function$;

ALTER FUNCTION "public"."override_claim_check"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.override_claim_review(review_id uuid, reason text)
 RETURNS SETOF public.claim_reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  review public.claim_reviews;
begin
  perform private.require_functions();
  -- The permission before the lock: those without it must not make others wait.
  select * into review from public.claim_reviews where claim_reviews.id = review_id;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already', jsonb_build_array(jsonb_build_object(
      'field', 'checkId', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.person_document(review.overridden_by, review.brand_id) ->> 'name', 'an admin'),
        to_char(review.overridden_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif not review.is_current or review.violations = 0 then
    perform private.refuse(409, 'there is nothing to accept', jsonb_build_array(jsonb_build_object(
      'field', 'checkId', 'code', 'CONFLICT', 'message',
      case when review.is_current then 'it found no violation' else 'a later check of the market replaced it' end
    )));
  end if;
  perform private.audit(review.brand_id, 'claims.override', 'content', review.content_id, jsonb_build_object(
    'review_id', review.id, 'country', review.country, 'violations', review.violations, 'reason', reason
  ));
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden',
    jsonb_build_object('reviewId', review.id, 'reason', reason)
  );
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$function$;

CREATE OR REPLACE FUNCTION public.queue_claim_checks(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  item record;
  queued integer := 0;
begin
  for item in
    -- In turns: the next of each brand before the second of any.
    select due.id, due.brand_id, due.state
    from (
      select
        contents.id, contents.brand_id, claiming.state,
        row_number() over (partition by contents.brand_id order by contents.scheduled_for, contents.id) as turn
      from (
        select brands.id, private.claims_state(brands.id) as state
        from public.brands
        where
          brands.deleted_at is null
          and exists (select from public.brand_master_claim_brands as link where link.brand_id = brands.id)
      ) as claiming
      inner join public.contents
        on contents.brand_id = claiming.id and contents.status = 'scheduled' and contents.deleted_at is null
      where claiming.state is not null and cardinality(private.markets_to_recheck(contents)) > 0
    ) as due
    order by due.turn, due.brand_id
    limit greatest(batch, 0)
  loop
    -- Once for each state of the claims, and once more every day where that failed.
    if not exists (
      select from private.dead_jobs
      where
        dead_jobs.queue = 'claims'
        and dead_jobs.dedupe_key = item.id || ':' || item.state || ':' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
    ) and private.enqueue_job(
      'claims', 'check_content', item.brand_id, jsonb_build_object('contentId', item.id),
      dedupe_key => item.id || ':' || item.state || ':' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
    ) is not null then
      queued := queued + 1;
    end if;
  end loop;
  return queued;
end;
$function$;

ALTER FUNCTION "public"."queue_claim_checks"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_assignments(user_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brands constant uuid [] := private.assignment_brands(read_assignments.user_id);
begin
  if cardinality(brands) = 0 then
    -- 403 to colleagues, who know the person; 404 to everybody else.
    if cardinality(private.visible_people(array[read_assignments.user_id])) > 0 and not private.is_platform_admin() then
      perform private.refuse(403, 'this needs the permission workflow.write in a brand of the person');
    elsif not private.is_platform_admin() or not exists (
      select from public.profiles where profiles.id = read_assignments.user_id
    ) then
      perform private.refuse(404, 'user not found');
    end if;
  end if;
  return jsonb_build_object(
    'user', private.person_document(read_assignments.user_id),
    'brands', coalesce((
      select jsonb_agg(private.assignments_in(read_assignments.user_id, wanted.id) order by wanted.place)
      from unnest(brands[1 : 200]) with ordinality as wanted (id, place)
    ), '[]')
  );
end;
$function$;

ALTER FUNCTION "public"."read_assignments"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claim_approval(claim_id uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim public.claims;
  master uuid;
  step public.claim_approval_steps;
  people jsonb;
  asked uuid [];
begin
  if not private.may_read_claim(claim_id) then
    return;
  end if;
  select claims.* into claim from public.claims where claims.id = claim_id;
  master := private.approval_brand(claim_id);
  step := private.next_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  asked := array(
    select distinct held.user_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link
      on link.brand_id = held.brand_id and link.master_claim_brand_id = master
    where
      claim.approval = 'pending' and held.reviewer_role = step.reviewer_role
      and coalesce(held.master_claim_brand_id, master) = master
  );
  people := private.people_named(asked || array(
    select given.actor_id from public.claim_approvals as given where given.claim_id = claim.id
  ));
  return query select jsonb_build_object(
    'claim_id', claim.id, 'version', claim.version, 'approval', claim.approval,
    'problem', private.decision_problem(claim, step),
    'allowed_actions', (private.claim_documents(array[claim.id]) -> 0 -> 'allowed_actions'),
    'reviewers', (
      select coalesce(jsonb_agg(private.named_person(reviewer, people)), '[]')
      from unnest(asked) as reviewer where people ? reviewer::text
    ),
    'steps', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'position', each.position, 'name', each.name, 'reviewer_role', each.reviewer_role,
          'state', case
            when claim.approval = 'approved' or each.position < claim.approval_position then 'approved'
            when each.position = claim.approval_position then 'open'
            else 'waiting'
          end
        )
        order by each.position
      ), '[]')
      from public.claim_approval_steps as each where each.master_claim_brand_id = master
    ),
    'decisions', (
      select coalesce(jsonb_agg(
        to_jsonb(given) - array['actor_id', 'claim_id']
        || jsonb_build_object('actor', private.named_person(given.actor_id, people))
        order by given.id desc
      ), '[]')
      from (
        select decided.* from public.claim_approvals as decided
        where decided.claim_id = claim.id order by decided.id desc limit 100
      ) as given
    )
  );
end;
$function$;

ALTER FUNCTION "public"."read_claim_approval"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claim_check(content_id uuid, check_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  review public.claim_reviews;
begin
  perform private.require_visible_content(content_id);
  select * into review
  from public.claim_reviews
  where claim_reviews.id = read_claim_check.check_id and claim_reviews.content_id = read_claim_check.content_id;
  perform private.require_permission(review.brand_id, 'claim.read', 'check');
  return private.claim_check_details(review);
end;
$function$;

ALTER FUNCTION "public"."read_claim_check"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claim_impact(claim_id uuid, override_id uuid DEFAULT NULL::uuid, evidence_id uuid DEFAULT NULL::uuid, change jsonb DEFAULT '{}'::jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return (
    with items as (
      select found.* from private.impact_items(
        read_claim_impact.claim_id, read_claim_impact.override_id, read_claim_impact.evidence_id,
        read_claim_impact.change, 5000
      ) as found
    )
    select jsonb_build_object(
      'total', coalesce(max(items.total), 0),
      'published', count(distinct items.content_id) filter (where items.is_published),
      'pending', count(distinct items.content_id) filter (where not items.is_published),
      'markets', coalesce(jsonb_agg(distinct items.market), '[]'),
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(shown) - 'total' - 'claim_id_made' || jsonb_build_object('claim_id', shown.claim_id_made)
        )
        from (select items.* from items limit 500) as shown
      ), '[]')
    )
    from items
  );
end;
$function$;

ALTER FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claim_settings(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(brand_id, 'claim.read');
  return private.claim_settings_document(brand_id);
end;
$function$;

ALTER FUNCTION "public"."read_claim_settings"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_claims_to_check(brand_id uuid DEFAULT NULL::uuid, content_id uuid DEFAULT NULL::uuid, markets text[] DEFAULT '{}'::text[], product_ids uuid[] DEFAULT '{}'::uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents;
  products uuid[] := coalesce(product_ids, '{}');
begin
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select * into content from private.content_by_id(content_id);
    brand_id := content.brand_id;
    -- What the content itself names: its author does not choose with which claims it is compared.
    products := private.products_named(content);
  end if;
  perform private.require_permission(brand_id, 'claim.read');
  return private.claims_to_check(
    brand_id,
    array(select distinct market from unnest(
      case when coalesce(cardinality(markets), 0) > 0 then markets else private.markets_to_check(brand_id) end
    ) as market order by market),
    products, content
  );
end;
$function$;

ALTER FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) OWNER TO "postgres";

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
  if content.status = 'scheduled' and content.deleted_at is null then
    markets := (private.markets_to_recheck(content))[1:10];
  end if;
  if coalesce(cardinality(markets), 0) = 0 then
    return null;
  end if;
  return private.claims_to_check(content.brand_id, markets, private.products_named(content), content);
end;
$function$;

ALTER FUNCTION "public"."read_claims_to_recheck"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_review_figures(from_time timestamp with time zone, to_time timestamp with time zone, brand uuid DEFAULT NULL::uuid, workflow uuid DEFAULT NULL::uuid, content_type text DEFAULT NULL::text, step text DEFAULT NULL::text, granularity text DEFAULT 'day'::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
  brands uuid [];
  answer jsonb;
begin
  if brand is not null then
    perform private.require_permission(brand, 'analytics.read');
    brands := array[brand];
  else
    brands := private.brands_permitting('analytics.read');
  end if;
  if granularity not in ('day', 'week', 'month') or to_time <= from_time
    or to_time > from_time + (case granularity when 'day' then interval '366 days' else interval '1830 days' end)
  then
    perform private.refuse(400, 'the span of time is too long or has no end', jsonb_build_array(jsonb_build_object(
      'field', 'to', 'code', 'INVALID_FORMAT', 'message', 'after from, within a year by day and five otherwise'
    )));
  end if;
  with runs as materialized (
    select
      run.*, to_char(date_trunc(granularity, run.at at time zone 'UTC'), 'YYYY-MM-DD') as period
    from private.finished_runs(brands, workflow, content_type, from_time, to_time) as run
  ),
  all_steps as materialized (
    select
      runs.id as run_id, runs.brand_id, runs.workflow_key, runs.workflow_id, runs.workflow_name, runs.period,
      step_run.id, step_run.name, step_run.position, step_run.round, step_run.due_at, step_run.closed_at,
      extract(epoch from step_run.closed_at - step_run.opened_at)::double precision as seconds,
      step_run.status in ('approved', 'rejected', 'skipped') and step_run.opened_at is not null
      and step_run.definition ->> 'type' is distinct from 'notification' as is_counted
    from runs
    inner join public.workflow_step_runs as step_run on step_run.instance_id = runs.id
  ),
  -- A step has a second round only where changes were requested and the content was submitted again.
  reopened as materialized (
    select all_steps.run_id from all_steps where all_steps.round > 1 group by all_steps.run_id
  ),
  earlier_rounds as materialized (
    select rounds.id, sum(rounds.seconds) as seconds
    from (
      select
        all_steps.id, extract(epoch from max(task.decided_at) - min(task.created_at))::double precision as seconds
      from all_steps
      inner join public.workflow_tasks as task on task.step_run_id = all_steps.id and task.round < all_steps.round
      where all_steps.round > 1
      group by all_steps.id, task.round
    ) as rounds
    group by rounds.id
  ),
  steps as materialized (
    select
      all_steps.brand_id, all_steps.workflow_key, all_steps.workflow_id, all_steps.workflow_name, all_steps.period,
      all_steps.name, all_steps.position, all_steps.due_at, all_steps.closed_at,
      all_steps.seconds + coalesce(earlier_rounds.seconds, 0) as seconds
    from all_steps
    left join earlier_rounds on earlier_rounds.id = all_steps.id
    where all_steps.is_counted
  ),
  run_figures as (
    select
      grouping(runs.period, runs.brand_id, runs.workflow_key) as kind,
      coalesce(runs.period, runs.brand_id::text, runs.workflow_key, '') as key,
      max(runs.workflow_id::text) as workflow_id, max(runs.workflow_name) as workflow_name,
      count(*) as finished, count(*) filter (where runs.outcome = 'approved') as approved,
      count(*) filter (where runs.outcome = 'approved' and reopened.run_id is null) as first_pass,
      sum(runs.seconds) as seconds,
      percentile_cont(array[0.5, 0.95]) within group (order by runs.seconds) as cycle
    from runs
    left join reopened on reopened.run_id = runs.id
    group by grouping sets ((), (runs.period), (runs.brand_id), (runs.workflow_key))
  ),
  step_figures as (
    select
      grouping(steps.period, steps.brand_id, steps.workflow_key) as kind,
      coalesce(steps.period, steps.brand_id::text, steps.workflow_key, '') as key,
      count(steps.due_at) as due, count(*) filter (where steps.closed_at <= steps.due_at) as on_time
    from steps
    group by grouping sets ((), (steps.period), (steps.brand_id), (steps.workflow_key))
  ),
  single_steps as (
    select
      steps.workflow_key, steps.name, max(steps.workflow_id::text) as workflow_id,
      max(steps.workflow_name) as workflow_name, min(steps.position) as position, count(*) as done,
      sum(steps.seconds) as total, avg(steps.seconds) as average,
      percentile_cont(0.95) within group (order by steps.seconds) as p95,
      count(steps.due_at) as due, count(*) filter (where steps.closed_at <= steps.due_at) as on_time
    from steps
    group by steps.workflow_key, steps.name
  ),
  shown_steps as (
    select
      single_steps.workflow_key, single_steps.name, single_steps.total, single_steps.position,
      single_steps.total / nullif(run_figures.seconds, 0) as share,
      jsonb_build_object(
        'workflow_id', single_steps.workflow_id, 'workflow', single_steps.workflow_name, 'step', single_steps.name,
        'position', single_steps.position, 'done', single_steps.done,
        'average_seconds', round(single_steps.average::numeric, 3), 'p95_seconds', round(single_steps.p95::numeric, 3),
        'share_of_cycle_time', round((single_steps.total / nullif(run_figures.seconds, 0))::numeric, 4),
        'due', single_steps.due, 'on_time', single_steps.on_time,
        'sla_compliance', round(single_steps.on_time::numeric / nullif(single_steps.due, 0), 4)
      ) as figures
    from single_steps
    inner join run_figures on run_figures.kind = 6 and run_figures.key = single_steps.workflow_key
  ),
  shown as (
    select
      run_figures.kind, run_figures.key, run_figures.finished,
      jsonb_build_object(
        'finished', run_figures.finished, 'approved', run_figures.approved,
        'rejected', run_figures.finished - run_figures.approved, 'first_pass', run_figures.first_pass,
        'approval_rate', round(run_figures.approved::numeric / nullif(run_figures.finished, 0), 4),
        'first_pass_rate', round(run_figures.first_pass::numeric / nullif(run_figures.finished, 0), 4),
        'median_cycle_seconds', round((run_figures.cycle[1])::numeric, 3),
        'p95_cycle_seconds', round((run_figures.cycle[2])::numeric, 3),
        'due', coalesce(step_figures.due, 0), 'on_time', coalesce(step_figures.on_time, 0),
        'sla_compliance', round(step_figures.on_time::numeric / nullif(step_figures.due, 0), 4)
      ) as figures,
      run_figures.workflow_id, run_figures.workflow_name
    from run_figures
    left join step_figures on step_figures.kind = run_figures.kind and step_figures.key = run_figures.key
  )
  select
    jsonb_build_object(
      'totals', (select shown.figures from shown where shown.kind = 7),
      'periods', (
        select jsonb_agg(coalesce(shown.figures, '{"finished": 0}') || jsonb_build_object('start', slot.start)
          order by slot.start)
        from (
          select to_char(each, 'YYYY-MM-DD') as start
          from generate_series(
            date_trunc(granularity, from_time at time zone 'UTC'), (to_time at time zone 'UTC') - interval '1 microsecond',
            ('1 ' || granularity)::interval
          ) as each
        ) as slot
        left join shown on shown.kind = 3 and shown.key = slot.start
      ),
      'brands', coalesce((
        select jsonb_agg(each.figures order by each.finished desc, each.name)
        from (
          select
            shown.finished, brands.name,
            shown.figures || jsonb_build_object('brand', jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug)) as figures
          from shown
          inner join public.brands on brands.id::text = shown.key
          where shown.kind = 5
          order by shown.finished desc, brands.name
          limit 200
        ) as each
      ), '[]'),
      'workflows', coalesce((
        select jsonb_agg(each.figures order by each.finished desc, each.key)
        from (
          select
            shown.finished, shown.key,
            shown.figures || jsonb_build_object(
              'workflow_id', shown.workflow_id, 'workflow', shown.workflow_name, 'bottleneck', (
                select slow.name from shown_steps as slow
                where slow.workflow_key = shown.key order by slow.total desc, slow.position limit 1
              )
            ) as figures
          from shown where shown.kind = 6 order by shown.finished desc, shown.key limit 200
        ) as each
      ), '[]'),
      'steps', coalesce((
        select jsonb_agg(each.figures order by each.total desc, each.name)
        from (
          select shown_steps.figures, shown_steps.total, shown_steps.name from shown_steps
          where read_review_figures.step is null or shown_steps.name = read_review_figures.step
          order by shown_steps.total desc, shown_steps.name
          limit 500
        ) as each
      ), '[]'),
      'bottleneck', (select slow.figures from shown_steps as slow order by slow.total desc, slow.name limit 1)
    )
  into answer;
  return answer;
end;
$function$;

ALTER FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_task_counts()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
  brands constant uuid [] := private.task_brands(private.access_held(null));
begin
  return (
    select
      jsonb_build_object(
        'open', count(*),
        'overdue', count(*) filter (where counted.due_at <= now()),
        'due_soon', count(*) filter (where counted.due_at > now() and counted.due_at <= now() + interval '24 hours'),
        'next_due_at', min(counted.due_at) filter (where counted.due_at > now())
      )
    from (
      select task.due_at from public.workflow_tasks as task
      where task.assignee_id = caller and task.status = 'pending' and task.brand_id = any (brands)
      limit 5000
    ) as counted
  );
end;
$function$;

ALTER FUNCTION "public"."read_task_counts"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reassign_assignments(user_id uuid, target_id uuid, brand_ids uuid[] DEFAULT NULL::uuid[], reason text DEFAULT ''::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  controlled uuid [];
  brands uuid [];
  brand uuid;
  unknown uuid [];
  missing jsonb;
  moved jsonb := '{"steps": 0, "escalations": 0, "tasks": 0, "tasks_elsewhere": 0}';
  part jsonb;
begin
  perform private.require_functions();
  -- Both definitions and the tasks of others are changed.
  controlled := private.brands_permitting('workflow.control');
  brands := array(
    select each from unnest(private.assignment_brands(reassign_assignments.user_id)) as each
    where each = any (controlled)
  );
  unknown := array(select each from unnest(brand_ids) as each where each <> all (brands));
  if cardinality(unknown) > 0 or cardinality(brands) = 0 then
    -- Says 403 or 404 for a brand of which the caller may not know.
    if cardinality(unknown) > 0 then
      perform private.require_permission(unknown[1], 'workflow.write', 'brand');
      perform private.require_permission(unknown[1], 'workflow.control', 'brand');
    end if;
    perform public.read_assignments(reassign_assignments.user_id);
    if cardinality(private.assignment_brands(reassign_assignments.user_id)) > 0 then
      perform private.refuse(403, 'this needs the permission workflow.control in a brand of the person');
    end if;
    perform private.refuse(404, 'the person has nothing to do there');
  end if;
  brands := array(select each from unnest(brands) as each where brand_ids is null or each = any (brand_ids));
  if reassign_assignments.target_id = reassign_assignments.user_id then
    perform private.refuse(400, 'the new person is the same', jsonb_build_array(jsonb_build_object(
      'field', 'targetId', 'code', 'INVALID_FORMAT', 'message', 'somebody else is expected'
    )));
  end if;
  -- Only brands in which something would move count.
  brands := array(
    select each from unnest(brands) as each
    where
      exists (
        select from public.workflow_tasks as task
        where
          task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = each
      )
      or exists (
        select from public.workflow_step_assignees as named
        where named.user_id = reassign_assignments.user_id and named.brand_id = each
      )
      or exists (
        select from public.workflows
        where workflows.escalate_to = reassign_assignments.user_id and workflows.brand_id = each
      )
      or private.coming_steps(reassign_assignments.user_id, each) > 0
    order by each
  );
  select jsonb_agg(jsonb_build_object('id', lacking.id, 'name', lacking.name) order by lacking.name) into missing
  from public.brands as lacking
  where
    lacking.id = any (brands) and not private.may_be_asked(reassign_assignments.target_id, lacking.id);
  if missing is not null then
    -- Answered and not raised: the record of the attempt must stay.
    perform private.audit(
      (lacking ->> 'id')::uuid, 'workflow.reassign_denied', 'user', reassign_assignments.target_id,
      jsonb_build_object('from', reassign_assignments.user_id, 'reason', 'no access to the brand'), 'denied'
    )
    from (select each as lacking from jsonb_array_elements(missing) as each order by each ->> 'id') as denied;
    return jsonb_build_object('missing', missing);
  end if;
  if (
    select count(*) from public.workflow_tasks as task
    where
      task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = any (brands)
  ) > 2000 then
    perform private.refuse(400, 'more than 2,000 open tasks: name fewer brands', jsonb_build_array(jsonb_build_object(
      'field', 'brandIds', 'code', 'VALUE_TOO_LONG', 'message', '2,000 open tasks at most'
    )));
  end if;
  foreach brand in array brands loop
    perform private.require_present(reassign_assignments.target_id, brand, 'targetId');
  end loop;
  perform private.begin_summary();
  -- Everything is locked before anything is written, in the order of all commands: workflows, then contents, then the
  -- audit logs, brand by brand.
  perform from public.workflows where workflows.brand_id = any (brands) order by workflows.id for no key update;
  perform private.lock_contents_of(array(
    select task.id from public.workflow_tasks as task
    where
      task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = any (brands)
  ));
  foreach brand in array brands loop
    part := private.move_tasks(reassign_assignments.user_id, reassign_assignments.target_id, brand, reason)
      || private.move_definitions(reassign_assignments.user_id, reassign_assignments.target_id, brand);
    moved := (
      select jsonb_object_agg(total.key, total.value::integer + (part ->> total.key)::integer)
      from jsonb_each_text(moved) as total
    );
    perform private.audit(
      brand, 'workflow.reassign', 'user', reassign_assignments.user_id,
      jsonb_build_object('to', reassign_assignments.target_id, 'reason', left(reason, 5000))
    );
  end loop;
  perform private.send_summary('reassign_assignments');
  return moved || jsonb_build_object('brands', coalesce((
    select jsonb_agg(jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug) order by found.name)
    from public.brands as found where found.id = any (brands)
  ), '[]'));
end;
$function$;

ALTER FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reassign_review(content_id uuid, assignee_id uuid, from_id uuid DEFAULT NULL::uuid, step_run_id uuid DEFAULT NULL::uuid, reason text DEFAULT ''::text, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  step_run public.workflow_step_runs;
  tasks public.workflow_tasks [];
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  perform private.require_permission(content.brand_id, 'workflow.control', 'step');
  step_run := private.open_step_of(content, step_run_id, from_id);
  perform private.check_round(step_run, expected_round);
  tasks := array(
    select task from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round and task.status = 'pending'
      and (reassign_review.from_id is null or task.assignee_id = reassign_review.from_id)
  );
  if from_id is not null and not exists (
    select from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.round = step_run.round and task.assignee_id = reassign_review.from_id
  ) then
    perform private.refuse(400, 'the step did not ask this person', jsonb_build_array(
      private.problem('INVALID_FORMAT', 'was not asked in this step') || '{"field": "fromId"}'
    ));
  elsif cardinality(tasks) = 0 then
    perform private.refuse(409, 'nobody has this task now', private.last_decision(content, step_run.id));
  elsif cardinality(tasks) > 1 then
    perform private.refuse(400, 'several people are asked: name whose task it is', jsonb_build_array(
      private.problem('REQUIRED_FIELD_MISSING', 'is required where several people are asked') || '{"field": "fromId"}'
    ));
  end if;
  perform private.give_task(tasks[1], assignee_id, reason);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reassign_task(task_id uuid, assignee_id uuid, reason text DEFAULT ''::text)
 RETURNS SETOF public.workflow_tasks
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
begin
  perform private.require_functions();
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse_closed_task(task);
  end if;
  perform private.give_task(task, reassign_task.assignee_id, reason);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.record_claim_check(content_id uuid, content_version integer, checked_text text, claims_state text, results jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  -- Only our functions prove themselves: people cannot write a check that decides whether they may publish.
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  perform private.require_permission(content.brand_id, 'content.submit', 'content');
  return query
    select stored.*
    from private.store_claim_checks(
      content, record_claim_check.checked_text, record_claim_check.claims_state, record_claim_check.results
    ) as stored;
end;
$function$;

ALTER FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_claim_recheck(content_id uuid, checked_text text, claims_state text, results jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  stored integer;
begin
  -- The service only. Nobody is named as the one who checked.
  select contents.* into content from public.contents where contents.id = record_claim_recheck.content_id for update;
  if content.id is null or content.deleted_at is not null then
    return 0;
  end if;
  select count(*) into stored
  from private.store_claim_checks(
    content, record_claim_recheck.checked_text, record_claim_recheck.claims_state, record_claim_recheck.results
  );
  return stored;
end;
$function$;

ALTER FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_claim_review(content_id uuid, country text, findings jsonb, overall text, violations integer, strictness text DEFAULT 'standard'::text)
 RETURNS SETOF public.claim_reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  -- The service only: people must not write a review that decides whether they may publish.
  select * into content from private.content_by_id(record_claim_review.content_id);
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_market(country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', country, 'overall', overall, 'violations', violations
  ));
  return query
    insert into public.claim_reviews (
      brand_id, content_id, content_version, country, strictness, overall, violations, findings, checked_text, created_by
    )
    values (
      content.brand_id, content.id, content.version, record_claim_review.country, record_claim_review.strictness,
      record_claim_review.overall, record_claim_review.violations, record_claim_review.findings,
      private.text_fingerprint(content), auth.uid()
    )
    returning *;
end;
$function$;

CREATE OR REPLACE FUNCTION public.reject_content(content_id uuid, reason text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(run, content, step_run_id, 'reject', expected_version, expected_round);
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.remove_claim_reviewer(reviewer_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  reviewer public.claim_reviewers;
begin
  perform private.require_functions();
  select * into reviewer from public.claim_reviewers where claim_reviewers.id = reviewer_id;
  perform private.require_permission(reviewer.brand_id, 'member.manage', 'reviewer');
  delete from public.claim_reviewers where claim_reviewers.id = reviewer.id;
  perform private.append_event(reviewer.brand_id, 'brand', reviewer.brand_id, 'ClaimReviewerChanged', jsonb_build_object(
    'userId', reviewer.user_id, 'reviewerRole', reviewer.reviewer_role, 'isReviewer', false
  ));
end;
$function$;

ALTER FUNCTION "public"."remove_claim_reviewer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.remove_market_override(override_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  perform private.require_functions();
  select * into override from public.market_overrides
  where market_overrides.id = remove_market_override.override_id for update;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.request_changes(content_id uuid, comment text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(
    run, content, step_run_id, 'requestChanges', expected_version, expected_round
  );
  perform private.require_reason(request_changes.comment, 'comment');
  perform private.decide_task(run, step_run, 'request_changes', request_changes.comment);
  -- The run stays at its open steps, whose approvals so far are void. Earlier steps stay approved.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.append_run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.resolve_claims(product_id uuid, market text, at timestamp with time zone DEFAULT now())
 RETURNS SETOF public.resolved_claim
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_product_in_use(product_id);
  perform private.check_market(market);
  return query
    select * from private.resolve_product_claims(
      array[resolve_claims.product_id], market, coalesce(resolve_claims.at, now())
    );
end;
$function$;

CREATE OR REPLACE FUNCTION public.resume_review(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content.id);
  if run.id is null or run.parked_at is null then
    -- The refusal of those who may not comes first.
    perform private.require_action(content, 'submit');
    perform private.refuse(409, 'no changes were requested: submit the content instead');
  end if;
  return query select * from public.submit_content(content_id);
end;
$function$;

ALTER FUNCTION "public"."resume_review"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.review_claim_evidence(claim_id uuid, evidence_id uuid, decision text, comment text DEFAULT ''::text, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  if private.may_read_claim(claim_id) and not private.reviews_evidence(claim_id) then
    perform private.refuse(403, 'this needs a reviewer role for the evidence of the claim', jsonb_build_array(
      jsonb_build_object(
        'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'evidence.review.role',
        'message', array_to_string(private.evidence_reviewer_roles(), ', ')
      )
    ));
  end if;
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  if auth.uid() in (evidence.created_by, evidence.edited_by) then
    perform private.refuse(403, 'nobody reviews evidence that they added or changed', jsonb_build_array(
      jsonb_build_object(
        'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'evidence.review.not_own',
        'message', 'you added or changed this document'
      )
    ));
  elsif evidence.status <> 'pending' then
    perform private.refuse(409, format('the evidence is %s', evidence.status), jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.display_name(evidence.reviewed_by), 'a reviewer of another brand'),
        to_char(evidence.reviewed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif decision = 'refuse' then
    perform private.require_reason(comment, 'comment');
  elsif decision is distinct from 'accept' then
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "accept or refuse"}]');
  end if;
  update private.claim_evidence as kept
  set
    status = case decision when 'accept' then 'accepted' else 'refused' end, reviewed_by = auth.uid(),
    reviewed_at = now(), review_comment = coalesce(comment, '')
  where kept.id = evidence_id;
  perform private.announce_evidence(evidence, case decision when 'accept' then 'accepted' else 'refused' end);
  return next private.evidence_answer(evidence_id);
end;
$function$;

ALTER FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.run_automated_step(step_run_id uuid, round integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  problem text;
begin
  select contents.* into content
  from public.workflow_step_runs as found
  inner join public.contents on contents.id = found.content_id
  where found.id = run_automated_step.step_run_id
  for update of contents;
  select * into step_run from public.workflow_step_runs
  where workflow_step_runs.id = run_automated_step.step_run_id;
  -- Checked under the lock: nobody edits the text between the check and its result.
  problem := private.run_check(step_run.definition ->> 'automated_check', content);
  perform public.complete_automated_step(step_run_id, problem is null, coalesce(problem, ''), run_automated_step.round);
end;
$function$;

ALTER FUNCTION "public"."run_automated_step"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_approval_steps(claim_brand_id uuid, steps jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  pending bigint;
begin
  perform private.require_functions();
  perform private.require_approval_setup(claim_brand_id);
  perform from public.master_claim_brands as master where master.id = claim_brand_id for update;
  if jsonb_array_length(steps) > 20 then
    perform private.refuse(400, 'there are too many steps', jsonb_build_array(jsonb_build_object(
      'field', 'steps', 'code', 'INVALID_FORMAT', 'message', 'at most 20'
    )));
  end if;
  -- A pending claim waits at a position of the present steps.
  select count(*) into pending from public.claims
  where
    claims.approval = 'pending' and private.approval_brand(claims.id) = set_approval_steps.claim_brand_id;
  if pending > 0 then
    perform private.refuse(409, 'claims are in approval by these steps', jsonb_build_array(jsonb_build_object(
      'field', 'claims', 'code', 'CONFLICT', 'message', pending || ' pending'
    )));
  end if;
  delete from public.claim_approval_steps as step where step.master_claim_brand_id = claim_brand_id;
  insert into public.claim_approval_steps (master_claim_brand_id, position, name, reviewer_role)
  select claim_brand_id, place.position, place.step ->> 'name', place.step ->> 'reviewer_role'
  from jsonb_array_elements(steps) with ordinality as place (step, position);
  perform private.announce_catalogue(claim_brand_id, 'approval_steps', claim_brand_id, 'update');
  return next public.list_approval_steps(claim_brand_id);
end;
$function$;

ALTER FUNCTION "public"."set_approval_steps"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_claim_settings(brand_id uuid, markets text[], is_delivered boolean, expected_version integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  former private.claim_settings;
  mode text;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  perform private.require_permission(brand_id, 'claim.write');
  perform private.check_market(market) from unnest(markets) as market;
  perform private.require_own_market(brand_id, markets);
  insert into private.claim_settings (brand_id, updated_by) values (brand_id, auth.uid())
  on conflict on constraint claim_settings_pkey do nothing;
  select * into former from private.claim_settings as found where found.brand_id = set_claim_settings.brand_id for update;
  perform private.require_version(former.version, expected_version, 'configuration of claims');
  update private.claim_settings as kept
  set
    markets = array(select distinct market from unnest(set_claim_settings.markets) as market order by market),
    is_delivered = set_claim_settings.is_delivered, version = kept.version + 1, updated_by = auth.uid(),
    updated_at = now()
  where kept.brand_id = set_claim_settings.brand_id;
  perform private.audit(brand_id, 'claims.configure', 'brand', brand_id, jsonb_build_object(
    'markets', markets, 'is_delivered', is_delivered
  ));
  if former.is_delivered <> is_delivered then
    -- Lets caches drop the contents that they hold with or without their claims.
    select coalesce(settings.mode, 'public') into mode
    from (select) as one
    left join private.delivery_settings as settings on settings.brand_id = set_claim_settings.brand_id;
    perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  end if;
  return private.claim_settings_document(brand_id);
end;
$function$;

ALTER FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_product_ingredients(product_id uuid, expected_version integer, ingredient_ids uuid[])
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  item public.products;
  missing uuid [];
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.products as found where found.id = product_id for update;
  if item.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.require_version(item.version, expected_version, 'product');
  missing := array(
    select asked from unnest(ingredient_ids) as asked
    where not exists (
      select from public.ingredients as found
      where found.id = asked and (found.archived_at is null or exists (
        select from public.product_ingredients as part where part.product_id = item.id and part.ingredient_id = asked
      ))
    )
  );
  if cardinality(missing) > 0 then
    perform private.refuse(400, 'there is no such ingredient in use', jsonb_build_array(jsonb_build_object(
      'field', 'ingredientIds', 'code', 'INVALID_FORMAT',
      'message', 'unknown or archived: ' || array_to_string(missing[1:5], ', ')
    )));
  end if;
  delete from public.product_ingredients as part
  where part.product_id = item.id and not part.ingredient_id = any (ingredient_ids);
  insert into public.product_ingredients (product_id, ingredient_id)
  select item.id, asked from unnest(ingredient_ids) as asked
  on conflict do nothing;
  update public.products as found set name = found.name where found.id = item.id returning found.* into item;
  perform private.announce_catalogue(item.master_claim_brand_id, 'product', item.id, 'update');
  return next private.product_document(item);
end;
$function$;

ALTER FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_workflow_state(workflow_id uuid, state text, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows;
  definition jsonb;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  if expected_version is not null then
    perform private.require_version(workflow.version, expected_version, 'workflow');
  end if;
  if state not in ('active', 'archived') or state is null then
    perform private.refuse(400, 'a workflow becomes active or archived');
  elsif state = 'active' and workflow.is_active or state = 'archived' and workflow.archived_at is not null then
    perform private.refuse(409, format('the workflow is %s already', state));
  end if;
  if state = 'active' then
    definition := private.normal_definition(private.workflow_definition(workflow));
    perform private.require_workflow_plan(
      workflow.brand_id, definition, private.predefined_form(definition)
    );
    perform private.require_sound_workflow(workflow.brand_id, definition);
  end if;
  update public.workflows
  set is_active = (state = 'active'), archived_at = case when state = 'archived' then now() end
  where workflows.id = workflow.id
  returning * into workflow;
  return next private.workflow_answer(workflow);
end;
$function$;

ALTER FUNCTION "public"."set_workflow_state"(uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.settle_generation(result jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  pending public.ai_generations;
  settled public.ai_generations;
  is_success boolean := result ->> 'status' = 'completed';
  applied_version integer;
  refusal text;
begin
  perform private.require_functions();
  pending := private.lock_pending_generation((result ->> 'generationId')::uuid);
  -- The content is locked before the budget, in the order of begin_generation: otherwise the two could deadlock.
  perform from public.contents where contents.id = pending.content_id for update;
  settled := private.close_generation(pending.id, result);
  perform private.settle_generation_money(
    pending, settled.cost,
    -- Only a success for which a model was called counts against the plan. A caller who hangs up after the answer began
    -- has used the plan as well.
    (is_success and not settled.is_cache_hit and jsonb_array_length(settled.calls) > 0)
    or coalesce((result ->> 'isCutShort')::boolean, false)
  );
  if is_success and not settled.is_held and settled.proposal is not null and settled.content_id is not null then
    -- The call is paid for in any case: a refusal to write into the content is reported and does not undo that.
    begin
      applied_version := private.apply_generation(settled, 'generation ' || settled.id);
    exception when sqlstate 'PT400' or sqlstate 'PT403' or sqlstate 'PT404' or sqlstate 'PT409' then
      refusal := sqlerrm;
    end;
  end if;
  if is_success and settled.type = 'vetting_feedback' then
    perform private.record_vetting_feedback(settled, result -> 'vettingFeedback');
  end if;
  if is_success and settled.content_id is not null then
    begin
      perform private.record_assessment(settled, result, coalesce(applied_version, settled.content_version));
    exception when sqlstate 'PT400' or sqlstate 'PT404' then
      refusal := coalesce(refusal, sqlerrm);
    end;
  end if;
  perform private.append_event(
    settled.brand_id, 'ai_generation', settled.id, 'AIGenerationCompleted',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', settled.id, 'contentId', settled.content_id, 'success', is_success,
      'tokensUsed', settled.prompt_tokens::bigint + settled.completion_tokens, 'duration', settled.latency_ms,
      'appliedVersion', applied_version, 'isHeld', settled.is_held, 'isCacheHit', settled.is_cache_hit
    ))
  );
  return jsonb_build_object(
    'id', settled.id, 'applied_version', applied_version, 'not_applied', refusal, 'cost', settled.cost
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.skip_review_step(content_id uuid, reason text, step_run_id uuid DEFAULT NULL::uuid, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  step_run := private.open_step_of(content, step_run_id, auth.uid());
  perform private.check_round(step_run, expected_round);
  return query select * from public.skip_step(step_run.id, reason);
end;
$function$;

ALTER FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.skip_step(step_run_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  step_run := private.lock_step(step_run_id);
  run := private.active_run(step_run.content_id);
  select * into content from private.content_by_id(step_run.content_id);
  if not private.may_skip(step_run) then
    perform private.refuse(403, 'only an admin of the brand may skip this step');
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.append_run_event(
    run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason)
  );
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.submit_claim(claim_id uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  step public.claim_approval_steps;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  perform private.refuse_archived(claim);
  step := private.locked_approval_step(claim, 0);
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the claim brand has no approval steps');
  end if;
  update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  perform private.announce_claim(claim.id, 'ClaimSubmitted', jsonb_build_object('step', step.name));
  return query select * from private.claim_answer(claim.id);
end;
$function$;

ALTER FUNCTION "public"."submit_claim"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  perform private.require_version(claim.version, expected_version, 'claim');
  perform private.refuse_archived(claim);
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'archived_at', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  claim.countries := array_replace(claim.countries, '__ALL_COUNTRIES__', '__GLOBAL__');
  -- A change of what was approved starts the approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (
        claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to,
        claims.regulatory_references
      ) is distinct from (
        claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to,
        claim.regulatory_references
      )
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval_position := (private.locked_approval_step(claim, 0)).position;
    -- Where the catalogue brand asks for no approval any more, the claim is in none.
    claim.approval := case when claim.approval_position is not null then 'pending' end;
  end if;
  update public.claims
  set
    text = claim.text, status = claim.status, countries = claim.countries, effective_from = claim.effective_from,
    effective_to = claim.effective_to, category = claim.category,
    regulatory_references = claim.regulatory_references, documentation_urls = claim.documentation_urls,
    notes = claim.notes, approval = claim.approval, approval_position = claim.approval_position
  where claims.id = claim.id;
  return query select * from private.claim_answer(claim.id);
end;
$function$;

ALTER FUNCTION "public"."update_claim"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_claim_brand(claim_brand_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  item public.master_claim_brands;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.master_claim_brands as found where found.id = claim_brand_id for update;
  if item.id is null then
    perform private.refuse(404, 'claim brand not found');
  end if;
  perform private.require_version(item.version, expected_version, 'claim brand');
  item := jsonb_populate_record(item, changes);
  update public.master_claim_brands as found set name = item.name where found.id = item.id
  returning found.* into item;
  perform private.announce_catalogue(item.id, 'claim_brand', item.id, 'update');
  return next private.claim_brand_document(item);
end;
$function$;

ALTER FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_claim_evidence(claim_id uuid, evidence_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  claim := private.lock_claim(claim_id, is_for_author => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  evidence := jsonb_populate_record(evidence, changes);
  update private.claim_evidence as kept
  set
    title = evidence.title, kind = evidence.kind, url = evidence.url, file_reference = evidence.file_reference,
    issuer = evidence.issuer, reference_number = evidence.reference_number, notes = evidence.notes,
    issued_on = evidence.issued_on, expires_on = evidence.expires_on,
    -- What was accepted or refused is another document now.
    status = 'pending', reviewed_by = null, reviewed_at = null, review_comment = '', announced_days = null,
    edited_by = auth.uid()
  where kept.id = evidence_id;
  perform private.announce_evidence(evidence, 'changed');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence_id);
end;
$function$;

ALTER FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_delegation(delegation_id uuid, expected_version integer, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present private.delegations;
  wished private.delegations;
begin
  perform private.require_functions();
  present := private.own_delegation(update_delegation.delegation_id);
  perform private.require_version(present.version, update_delegation.expected_version, 'delegation');
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('delegate_id', 'starts_at', 'ends_at', 'reason')
  ));
  if wished.starts_at is distinct from present.starts_at and present.starts_at <= now() then
    perform private.refuse(409, 'the delegation has begun: only its end, its delegate and its reason can be changed');
  end if;
  perform private.lock_delegations(wished);
  perform private.require_sound_delegation(wished);
  update private.delegations
  set
    delegate_id = wished.delegate_id, starts_at = wished.starts_at, ends_at = wished.ends_at, reason = wished.reason,
    version = delegations.version + 1, updated_by = auth.uid(), updated_at = now()
  where delegations.id = present.id
  returning delegations.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationChanged');
  return private.delegation_answer(wished);
end;
$function$;

ALTER FUNCTION "public"."update_delegation"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_ingredient(ingredient_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  item public.ingredients;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.ingredients as found where found.id = ingredient_id for update;
  if item.id is null then
    perform private.refuse(404, 'ingredient not found');
  end if;
  perform private.require_version(item.version, expected_version, 'ingredient');
  item := jsonb_populate_record(item, changes);
  update public.ingredients as found set name = item.name, description = item.description where found.id = item.id
  returning found.* into item;
  perform private.announce_ingredient(item.id, 'update');
  return next private.ingredient_document(item, null);
end;
$function$;

ALTER FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_market_override(override_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  rule public.market_overrides;
  master_brand uuid;
  changed public.market_overrides;
begin
  perform private.require_functions();
  select * into rule from public.market_overrides as rules where rules.id = override_id;
  if rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  master_brand := (select products.master_claim_brand_id from public.products where products.id = rule.product_id);
  changed := jsonb_populate_record(rule, changes);
  perform private.require_override_write(
    rule, master_brand, rule.market_country, array[rule.master_claim_id, changed.replacement_claim_id]
  );
  select * into rule from public.market_overrides as rules where rules.id = override_id for update;
  perform private.require_version(rule.version, expected_version, 'override');
  changed := jsonb_populate_record(rule, changes);
  update public.market_overrides as rules
  set is_blocked = changed.is_blocked, replacement_claim_id = changed.replacement_claim_id
  where rules.id = rule.id;
  return next private.override_documents(array[rule.id]) -> 0;
end;
$function$;

ALTER FUNCTION "public"."update_market_override"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_product(product_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  item public.products;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.products as found where found.id = product_id for update;
  if item.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.require_version(item.version, expected_version, 'product');
  item := jsonb_populate_record(item, changes);
  update public.products as found set name = item.name, description = item.description where found.id = item.id
  returning found.* into item;
  perform private.announce_catalogue(item.master_claim_brand_id, 'product', item.id, 'update');
  return next private.product_document(item);
end;
$function$;

ALTER FUNCTION "public"."update_product"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_workflow(workflow_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  workflow public.workflows;
  changed public.workflows;
  definition jsonb;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  perform private.require_version(workflow.version, expected_version, 'workflow');
  definition := private.bounded_definition(private.workflow_definition(workflow) || changes);
  -- A workflow whose people have left meanwhile can still be renamed.
  if changes ?| array['steps', 'type', 'content_types', 'escalate_to', 'timeout_hours'] then
    if changes ?| array['steps', 'type'] then
      perform private.require_workflow_plan(workflow.brand_id, definition, null);
    end if;
    perform private.require_sound_workflow(workflow.brand_id, definition);
  end if;
  changed := jsonb_populate_record(workflow, changes - array['steps', 'escalate_to']);
  if changes ? 'escalate_to' then
    changed.escalate_to := (private.member_ids(jsonb_build_array(changes -> 'escalate_to'), workflow.brand_id))[1];
  end if;
  perform set_config('mixerai.workflow_in_hand', workflow.id::text, true);
  if changes ? 'steps' then
    perform private.write_steps(workflow, definition -> 'steps');
  end if;
  update public.workflows
  set
    name = changed.name, description = changed.description, content_types = changed.content_types,
    is_default = changed.is_default, type = changed.type, timeout_hours = changed.timeout_hours,
    escalate_to = changed.escalate_to
  where workflows.id = workflow.id
  returning * into workflow;
  perform set_config('mixerai.workflow_in_hand', '', true);
  if changes ? 'steps' then
    perform private.append_event(
      workflow.brand_id, 'workflow_definition', workflow.id, 'WorkflowChanged', '{"changed": ["steps"]}'
    );
  end if;
  return next private.workflow_answer(workflow);
end;
$function$;

ALTER FUNCTION "public"."update_workflow"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.withdraw_claim_evidence(claim_id uuid, evidence_id uuid, reason text, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  perform private.require_reason(reason, 'reason');
  update private.claim_evidence as kept set status = 'withdrawn', review_comment = reason where kept.id = evidence_id;
  perform private.announce_evidence(evidence, 'withdrawn');
  return next private.evidence_answer(evidence_id);
end;
$function$;

ALTER FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) OWNER TO "postgres";

ALTER TABLE "private"."claim_catalogues" ADD CONSTRAINT "claim_catalogues_master_claim_brand_id_fkey" FOREIGN KEY (master_claim_brand_id) REFERENCES public.master_claim_brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_evidence" ADD CONSTRAINT "claim_evidence_claim_id_fkey" FOREIGN KEY (claim_id) REFERENCES public.claims(id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_evidence" ADD CONSTRAINT "claim_evidence_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_evidence" ADD CONSTRAINT "claim_evidence_edited_by_fkey" FOREIGN KEY (edited_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_evidence" ADD CONSTRAINT "claim_evidence_reviewed_by_fkey" FOREIGN KEY (reviewed_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_evidence" ADD CONSTRAINT "claim_evidence_updated_by_fkey" FOREIGN KEY (updated_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_scopes" ADD CONSTRAINT "claim_scopes_effective_from_check" CHECK (((effective_from >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (effective_from <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "private"."claim_scopes" ADD CONSTRAINT "claim_scopes_effective_to_check" CHECK (((effective_to >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (effective_to <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "private"."claim_settings" ADD CONSTRAINT "claim_settings_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_settings" ADD CONSTRAINT "claim_settings_updated_by_fkey" FOREIGN KEY (updated_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_assignee_id_fkey" FOREIGN KEY (assignee_id) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_claim_id_fkey" FOREIGN KEY (claim_id) REFERENCES public.claims(id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_closed_by_fkey" FOREIGN KEY (closed_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_content_id_brand_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "private"."delegations" ADD CONSTRAINT "delegations_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."delegations" ADD CONSTRAINT "delegations_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "private"."delegations" ADD CONSTRAINT "delegations_delegate_id_fkey" FOREIGN KEY (delegate_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "private"."delegations" ADD CONSTRAINT "delegations_updated_by_fkey" FOREIGN KEY (updated_by) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "private"."delegations" ADD CONSTRAINT "delegations_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "private"."publication_claims" ADD CONSTRAINT "publication_claims_content_id_brand_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."ai_generations" ADD CONSTRAINT "ai_generations_type_check" CHECK ((type = ANY (ARRAY['content_generation'::text, 'field_generation'::text, 'brand_analysis'::text, 'metadata_generation'::text, 'alt_text'::text, 'transcreation'::text, 'claim_review'::text, 'title_suggestion'::text, 'keyword_extraction'::text, 'replacement_suggestion'::text, 'regeneration'::text, 'guardrail_check'::text, 'embedding'::text, 'claim_styling'::text, 'claim_simplification'::text, 'vetting_feedback'::text])));

ALTER TABLE "public"."claim_approval_steps" ADD CONSTRAINT "claim_approval_steps_reviewer_role_check" CHECK ((reviewer_role = ANY (ARRAY['legal'::text, 'compliance'::text, 'regulatory'::text, 'marketing'::text, 'lrc'::text, 'bdt'::text, 'mat'::text, 'sme'::text])));

ALTER TABLE "public"."claim_approvals" ADD CONSTRAINT "claim_approvals_reviewer_role_check" CHECK ((char_length(reviewer_role) <= 50));

ALTER TABLE "public"."claim_reviewers" ADD CONSTRAINT "claim_reviewers_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."claim_reviewers" ADD CONSTRAINT "claim_reviewers_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."claim_reviewers" ADD CONSTRAINT "claim_reviewers_master_claim_brand_id_fkey" FOREIGN KEY (master_claim_brand_id) REFERENCES public.master_claim_brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."claim_reviewers" ADD CONSTRAINT "claim_reviewers_user_id_brand_id_fkey" FOREIGN KEY (user_id, brand_id) REFERENCES public.brand_members(user_id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_check1" CHECK (((source = 'ai'::text) OR ((checked_text IS NOT NULL) AND (claims_state IS NOT NULL))));

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_checked_text_check" CHECK ((checked_text ~ '^[0-9a-f]{32}$'::text));

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_claims_state_check" CHECK ((claims_state ~ '^[0-9a-f]{32}$'::text));

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_source_check" CHECK ((source = ANY (ARRAY['check'::text, 'ai'::text])));

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_valid_until_check" CHECK (((valid_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (valid_until <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."claim_versions" ADD CONSTRAINT "claim_versions_claim_id_fkey" FOREIGN KEY (claim_id) REFERENCES public.claims(id) ON DELETE CASCADE;

ALTER TABLE "public"."claim_versions" ADD CONSTRAINT "claim_versions_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."claims" ADD CONSTRAINT "claims_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."ingredients" ADD CONSTRAINT "ingredients_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."ingredients" ADD CONSTRAINT "ingredients_version_check" CHECK ((version >= 1));

ALTER TABLE "public"."market_overrides" ADD CONSTRAINT "market_overrides_version_check" CHECK ((version >= 1));

ALTER TABLE "public"."master_claim_brands" ADD CONSTRAINT "master_claim_brands_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."master_claim_brands" ADD CONSTRAINT "master_claim_brands_version_check" CHECK ((version >= 1));

ALTER TABLE "public"."products" ADD CONSTRAINT "products_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."products" ADD CONSTRAINT "products_version_check" CHECK ((version >= 1));

ALTER TABLE "public"."vetting_feedback" ADD CONSTRAINT "vetting_feedback_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."vetting_feedback" ADD CONSTRAINT "vetting_feedback_content_id_brand_id_fkey" FOREIGN KEY (content_id, brand_id) REFERENCES public.contents(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."vetting_feedback" ADD CONSTRAINT "vetting_feedback_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."vetting_feedback" ADD CONSTRAINT "vetting_feedback_market_fkey" FOREIGN KEY (market) REFERENCES public.countries(code);

ALTER TABLE "public"."vetting_feedback" ADD CONSTRAINT "vetting_feedback_step_run_id_fkey" FOREIGN KEY (step_run_id) REFERENCES public.workflow_step_runs(id) ON DELETE CASCADE;

ALTER TABLE "public"."workflow_actions" ADD CONSTRAINT "workflow_actions_action_check" CHECK ((action = ANY (ARRAY['start'::text, 'approve'::text, 'reject'::text, 'request_changes'::text, 'skip'::text, 'reassign'::text, 'delegate'::text, 'resubmit'::text, 'cancel'::text, 'timeout'::text, 'fail'::text, 'complete'::text])));

ALTER TABLE "public"."workflow_actions" ADD CONSTRAINT "workflow_actions_from_id_fkey" FOREIGN KEY (from_id) REFERENCES public.profiles(id);

ALTER TABLE "public"."workflow_actions" ADD CONSTRAINT "workflow_actions_round_check" CHECK ((round >= 1));

ALTER TABLE "public"."workflow_actions" ADD CONSTRAINT "workflow_actions_to_id_fkey" FOREIGN KEY (to_id) REFERENCES public.profiles(id);

ALTER TABLE "public"."workflow_instances" ADD CONSTRAINT "workflow_instances_escalate_to_fkey" FOREIGN KEY (escalate_to) REFERENCES public.profiles(id);

ALTER TABLE "public"."workflow_steps" ADD CONSTRAINT "workflow_steps_reminder_percent_check" CHECK (((reminder_percent >= 1) AND (reminder_percent <= 100)));

ALTER TABLE "public"."workflow_tasks" ADD CONSTRAINT "workflow_tasks_on_behalf_of_fkey" FOREIGN KEY (on_behalf_of) REFERENCES public.profiles(id);

ALTER TABLE "public"."workflow_tasks" ADD CONSTRAINT "workflow_tasks_reminder_percent_check" CHECK (((reminder_percent >= 1) AND (reminder_percent <= 100)));

ALTER TABLE "public"."workflow_versions" ADD CONSTRAINT "workflow_versions_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "public"."workflow_versions" ADD CONSTRAINT "workflow_versions_created_by_fkey" FOREIGN KEY (created_by) REFERENCES public.profiles(id);

ALTER TABLE "public"."workflow_versions" ADD CONSTRAINT "workflow_versions_workflow_id_fkey" FOREIGN KEY (workflow_id, brand_id) REFERENCES public.workflows(id, brand_id) ON DELETE CASCADE;

ALTER TABLE "public"."workflows" ADD CONSTRAINT "workflows_archived_at_check" CHECK (((archived_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (archived_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."workflows" ADD CONSTRAINT "workflows_archived_check" CHECK (((archived_at IS NULL) OR (NOT is_active)));

CREATE INDEX claim_evidence_created_by_idx ON private.claim_evidence USING btree (created_by);

CREATE INDEX claim_evidence_edited_by_idx ON private.claim_evidence USING btree (edited_by);

CREATE INDEX claim_evidence_expiry_idx ON private.claim_evidence USING btree (expires_on) WHERE ((status = 'accepted'::text) AND (announced_days IS DISTINCT FROM 0));

CREATE INDEX claim_evidence_reviewed_by_idx ON private.claim_evidence USING btree (reviewed_by);

CREATE INDEX claim_evidence_updated_by_idx ON private.claim_evidence USING btree (updated_by);

CREATE INDEX claim_settings_updated_by_idx ON private.claim_settings USING btree (updated_by);

CREATE INDEX claim_tasks_assignee_id_idx ON private.claim_tasks USING btree (assignee_id);

CREATE INDEX claim_tasks_claim_id_idx ON private.claim_tasks USING btree (claim_id);

CREATE INDEX claim_tasks_closed_by_idx ON private.claim_tasks USING btree (closed_by);

CREATE INDEX claim_tasks_content_id_idx ON private.claim_tasks USING btree (content_id, brand_id);

CREATE INDEX claim_tasks_created_by_idx ON private.claim_tasks USING btree (created_by);

CREATE INDEX claim_tasks_evidence_id_idx ON private.claim_tasks USING btree (evidence_id);

CREATE UNIQUE INDEX claim_tasks_once_idx ON private.claim_tasks USING btree (brand_id, kind, claim_id, evidence_id, content_id, market, mark) NULLS NOT DISTINCT WHERE (state = 'open'::text);

CREATE INDEX delegations_brand_id_idx ON private.delegations USING btree (brand_id, ends_at);

CREATE INDEX delegations_created_by_idx ON private.delegations USING btree (created_by);

CREATE INDEX delegations_delegate_id_idx ON private.delegations USING btree (delegate_id, ends_at);

CREATE INDEX delegations_updated_by_idx ON private.delegations USING btree (updated_by);

CREATE INDEX delegations_user_id_idx ON private.delegations USING btree (user_id, ends_at);

CREATE INDEX publication_claims_brand_id_idx ON private.publication_claims USING btree (brand_id);

CREATE INDEX publication_claims_claim_idx ON private.publication_claims USING btree (claim_id, brand_id);

CREATE INDEX publication_claims_content_idx ON private.publication_claims USING btree (content_id, brand_id, content_version);

CREATE INDEX claim_reviewers_created_by_idx ON public.claim_reviewers USING btree (created_by);

CREATE INDEX claim_reviewers_master_idx ON public.claim_reviewers USING btree (master_claim_brand_id);

CREATE INDEX claim_reviewers_user_id_idx ON public.claim_reviewers USING btree (user_id, brand_id);

CREATE INDEX claim_reviews_findings_idx ON public.claim_reviews USING gin (findings jsonb_path_ops) WHERE (is_current AND (source = 'check'::text));

CREATE INDEX claim_versions_created_by_idx ON public.claim_versions USING btree (created_by);

CREATE INDEX claims_pending_idx ON public.claims USING btree (id) WHERE (approval = 'pending'::text);

CREATE INDEX ingredients_lower_name_idx ON public.ingredients USING btree (lower(name));

CREATE INDEX products_lower_name_idx ON public.products USING btree (lower(name));

CREATE INDEX vetting_feedback_brand_id_idx ON public.vetting_feedback USING btree (brand_id);

CREATE INDEX vetting_feedback_created_by_idx ON public.vetting_feedback USING btree (created_by);

CREATE INDEX vetting_feedback_market_idx ON public.vetting_feedback USING btree (market);

CREATE INDEX vetting_feedback_step_run_id_idx ON public.vetting_feedback USING btree (step_run_id);

CREATE INDEX workflow_actions_from_id_idx ON public.workflow_actions USING btree (from_id);

CREATE INDEX workflow_actions_to_id_idx ON public.workflow_actions USING btree (to_id);

CREATE INDEX workflow_instances_escalate_to_idx ON public.workflow_instances USING btree (escalate_to) WHERE (escalate_to IS NOT NULL);

CREATE INDEX workflow_instances_finished_idx ON public.workflow_instances USING btree (brand_id, completed_at) WHERE (status = 'completed'::public.workflow_status);

CREATE INDEX workflow_instances_open_idx ON public.workflow_instances USING btree (workflow_id) WHERE (status = 'active'::public.workflow_status);

CREATE INDEX workflow_step_runs_waiting_idx ON public.workflow_step_runs USING btree (brand_id) WHERE (status = 'waiting'::public.step_status);

CREATE INDEX workflow_tasks_assignee_idx ON public.workflow_tasks USING btree (assignee_id, status, due_at, id) INCLUDE (brand_id);

CREATE INDEX workflow_tasks_brand_decided_idx ON public.workflow_tasks USING btree (brand_id, decided_at DESC, id) WHERE (status = 'completed'::public.task_status);

CREATE INDEX workflow_tasks_brand_id_idx ON public.workflow_tasks USING btree (brand_id, status, due_at, id);

CREATE INDEX workflow_tasks_decided_idx ON public.workflow_tasks USING btree (assignee_id, decided_at DESC, id) INCLUDE (brand_id) WHERE (status = 'completed'::public.task_status);

CREATE INDEX workflow_tasks_on_behalf_of_idx ON public.workflow_tasks USING btree (on_behalf_of) WHERE (on_behalf_of IS NOT NULL);

CREATE INDEX workflow_tasks_open_idx ON public.workflow_tasks USING btree (brand_id, created_at, id) WHERE (status = 'pending'::public.task_status);

CREATE INDEX workflow_tasks_turn_idx ON public.workflow_tasks USING btree (assignee_id, brand_id, id);

CREATE INDEX workflow_versions_brand_id_idx ON public.workflow_versions USING btree (brand_id);

CREATE INDEX workflow_versions_created_by_idx ON public.workflow_versions USING btree (created_by);

CREATE INDEX workflow_versions_workflow_id_idx ON public.workflow_versions USING btree (workflow_id, brand_id);

CREATE TRIGGER count_claim_change AFTER INSERT OR DELETE OR UPDATE ON private.claim_evidence FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON private.claim_evidence FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER count_claim_change AFTER INSERT OR DELETE OR UPDATE ON public.claim_subjects FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER refuse_change BEFORE UPDATE ON public.claim_versions FOR EACH ROW EXECUTE FUNCTION private.refuse_version_change();

CREATE TRIGGER count_claim_change_after AFTER INSERT OR UPDATE ON public.claims FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER count_claim_change BEFORE DELETE ON public.claims FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER record_claim_version AFTER INSERT OR UPDATE ON public.claims FOR EACH ROW EXECUTE FUNCTION private.record_claim_version();

CREATE TRIGGER tell_claim_reviewers AFTER UPDATE OF approval, approval_position ON public.claims FOR EACH ROW WHEN (((new.approval = 'pending'::text) AND ((old.approval IS DISTINCT FROM new.approval) OR (old.approval_position IS DISTINCT FROM new.approval_position)))) EXECUTE FUNCTION private.tell_claim_reviewers();

CREATE TRIGGER store_publication_claims AFTER UPDATE OF status ON public.contents FOR EACH ROW WHEN ((((new.status)::text = 'published'::text) AND ((old.status)::text IS DISTINCT FROM 'published'::text))) EXECUTE FUNCTION private.store_publication_claims();

CREATE TRIGGER count_claim_change AFTER UPDATE OF archived_at ON public.ingredients FOR EACH ROW WHEN ((new.archived_at IS DISTINCT FROM old.archived_at)) EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON public.ingredients FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER count_claim_change AFTER INSERT OR DELETE OR UPDATE ON public.market_overrides FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON public.market_overrides FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER count_claim_change AFTER UPDATE OF archived_at ON public.master_claim_brands FOR EACH ROW WHEN ((new.archived_at IS DISTINCT FROM old.archived_at)) EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON public.master_claim_brands FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER count_claim_change AFTER INSERT OR DELETE ON public.product_ingredients FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER count_claim_change_before BEFORE DELETE ON public.products FOR EACH ROW EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER count_claim_change AFTER UPDATE OF archived_at ON public.products FOR EACH ROW WHEN ((new.archived_at IS DISTINCT FROM old.archived_at)) EXECUTE FUNCTION private.count_claim_change();

CREATE TRIGGER stamp_row BEFORE INSERT OR UPDATE ON public.products FOR EACH ROW EXECUTE FUNCTION private.stamp_row('actors', 'version');

CREATE TRIGGER record_workflow_version AFTER INSERT OR UPDATE ON public.workflows FOR EACH ROW EXECUTE FUNCTION private.record_workflow_version();

CREATE POLICY "Only our functions delete" ON "public"."claim_reviewers" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_reviewers" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_reviewers" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."claim_reviewers" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

CREATE POLICY "Reviewers of claims may be read by members of their brand" ON "public"."claim_reviewers" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('claim.read'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Claim reviews may be read by members of their brand who read it" ON "public"."claim_reviews" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('claim.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Only our functions delete" ON "public"."claim_versions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_versions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_versions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."claim_versions" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

CREATE POLICY "Versions of claims may be read with the claims" ON "public"."claim_versions" FOR SELECT TO "authenticated" USING ((claim_id IN ( SELECT private.readable_claim_ids() AS readable_claim_ids)));

CREATE POLICY "Events may be read by who may read what they are about" ON "public"."domain_events" FOR SELECT TO "authenticated" USING (
CASE
    WHEN (aggregate_type = ANY (ARRAY['brand_member'::text, 'invitation'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('member.manage'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = ANY (ARRAY['api_key'::text, 'webhook'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('integration.manage'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = ANY (ARRAY['workflow'::text, 'workflow_definition'::text, 'delegation'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'ai_generation'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('ai.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'claim'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('claim.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = 'file'::text) THEN (brand_id = ANY (( SELECT private.brands_permitting('file.read'::text) AS brands_permitting)::uuid[]))
    WHEN (aggregate_type = ANY (ARRAY['brand'::text, 'vetting_agency'::text])) THEN (brand_id = ANY (( SELECT private.brands_permitting('brand.read'::text) AS brands_permitting)::uuid[]))
    ELSE (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))
END);

CREATE POLICY "Only our functions delete" ON "public"."vetting_feedback" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."vetting_feedback" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."vetting_feedback" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."vetting_feedback" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

CREATE POLICY "Vetting feedback may be read by members of its brand" ON "public"."vetting_feedback" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Former workflows may be read by members of their brand" ON "public"."workflow_versions" FOR SELECT TO "authenticated" USING ((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])));

CREATE POLICY "Only our functions delete" ON "public"."workflow_versions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_versions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_versions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only trusted sessions" ON "public"."workflow_versions" AS RESTRICTIVE FOR ALL TO "authenticated" USING (( SELECT private.session_trusted() AS session_trusted)) WITH CHECK (( SELECT private.session_trusted() AS session_trusted));

COMMENT ON COLUMN "private"."claim_evidence"."announced_days" IS 'How many days before its end its expiry was announced last: 90, 30, 7, or 0 at the end.';

COMMENT ON COLUMN "private"."claim_evidence"."edited_by" IS 'The person who wrote the present details. updated_by also names reviewers.';

COMMENT ON COLUMN "private"."claim_evidence"."expires_on" IS 'The first day on which it no longer counts. Null: never.';

COMMENT ON COLUMN "private"."claim_rules"."kind" IS 'barred: the phrases may not be used. evidence: their sentence needs a claim with valid evidence. register: it needs a
claim with a regulatory reference. text: the text needs one of the required phrases. languages: it needs each of the
required languages.';

COMMENT ON COLUMN "private"."claim_rules"."phrases" IS 'Found whatever their case and spaces; an asterisk at the end of a word stands for any ending. Empty: every text.';

COMMENT ON COLUMN "private"."claim_scopes"."is_approved" IS 'Whether the claim is approved, or was never put into approval.';

COMMENT ON COLUMN "private"."claim_settings"."is_delivered" IS 'Whether delivery lists the claims of each published content.';

COMMENT ON COLUMN "private"."claim_settings"."markets" IS 'The markets against which contents are checked before they are published. Empty: the country of the brand.';

COMMENT ON COLUMN "private"."delegations"."brand_id" IS 'Null: in all brands of the person.';

COMMENT ON COLUMN "public"."claim_approvals"."is_amended" IS 'Whether the reviewer changed the text with this decision.';

COMMENT ON COLUMN "public"."claim_approvals"."reviewer_role" IS 'The role that the step asked for; null for decisions from before roles were asked for.';

COMMENT ON COLUMN "public"."claim_reviewers"."master_claim_brand_id" IS 'The catalogue brand for whose claims it counts; null: all that the tenant is linked to.';

COMMENT ON COLUMN "public"."claim_reviews"."checked_text" IS 'private.text_fingerprint of the content that was checked: the check holds for this text alone.';

COMMENT ON COLUMN "public"."claim_reviews"."claims_state" IS 'private.claims_state of the brand when the claims were read: the check holds until a claim changes.';

COMMENT ON COLUMN "public"."claim_reviews"."is_current" IS 'False once a later check of the same content and market replaces this one.';

COMMENT ON COLUMN "public"."claim_reviews"."source" IS 'check: by comparing the text with the claims and the rules of the market; ai: by a model.';

COMMENT ON COLUMN "public"."claim_reviews"."valid_until" IS 'When the next claim or piece of evidence begins or ends to count. Null: no end is known.';

COMMENT ON COLUMN "public"."claims"."archived_at" IS 'Null: in use. An archived claim has no effect, and neither have rules that override it.';

COMMENT ON COLUMN "public"."master_claim_brands"."archived_at" IS 'Null: in use. What is archived keeps its history, but resolves to no claim and cannot be chosen.';

COMMENT ON COLUMN "public"."plans"."workflows" IS 'The predefined workflows that the plan has, and `custom` if it has others; null: all.';

COMMENT ON COLUMN "public"."vetting_feedback"."generation_id" IS 'The row of ai_generations, which has the tokens and the cost.';

COMMENT ON COLUMN "public"."vetting_feedback"."items" IS '[{agencyId, agency, priority, summary, recommendedAction, relatedFields}], the most urgent first.';

COMMENT ON COLUMN "public"."vetting_feedback"."market" IS 'ISO 3166-1 alpha-2: the market whose agencies are meant.';

COMMENT ON COLUMN "public"."workflow_actions"."from_id" IS 'Whose task was given to someone else, for reassign and delegate.';

COMMENT ON COLUMN "public"."workflow_actions"."round" IS 'The round of the step in which it happened; null without a step.';

COMMENT ON COLUMN "public"."workflow_actions"."to_id" IS 'Who got the task, for reassign and delegate.';

COMMENT ON COLUMN "public"."workflow_instances"."escalate_to" IS 'To whom the workflow escalated when the run started. Whether they may still decide is asked when a task is late.';

COMMENT ON COLUMN "public"."workflow_steps"."reminder_percent" IS 'The share of timeout_hours after which the people are reminded.';

COMMENT ON COLUMN "public"."workflow_tasks"."on_behalf_of" IS 'The person for whom the assignee stands in (private.delegations); null: the step asks the assignee themselves.';

COMMENT ON COLUMN "public"."workflow_tasks"."reminder_percent" IS 'That of the step, kept here so that the index of due reminders knows it.';

COMMENT ON COLUMN "public"."workflow_versions"."definition" IS 'What private.workflow_definition returned after the change.';

COMMENT ON COLUMN "public"."workflows"."is_active" IS 'Whether contents can be submitted to it. One that is not active is archived if archived_at is set, else a draft.';

COMMENT ON FUNCTION "private"."active_delegation"(uuid, uuid) IS 'Returns who stands in for a person in a brand now: the delegation for this brand before the one for all; a row of nulls
where the person is not away.';

COMMENT ON FUNCTION "private"."add_workflow"(uuid, jsonb, boolean) IS 'Adds a workflow with its steps, as version 1.';

COMMENT ON FUNCTION "private"."announce_evidence"(private.claim_evidence, text) IS 'Tells each linked tenant of a change of evidence.';

COMMENT ON FUNCTION "private"."announce_expiry"(uuid) IS 'Tells each linked tenant that evidence reached 90, 30 or 7 days before its end, or its end: by an event and a task,
once each. Returns expiring or expired; null if there is nothing to tell, or another scheduler has it.';

COMMENT ON FUNCTION "private"."answer_parts"(private.content_page, integer) IS 'Returns what an answer has of the caller beside the content, which is the only one of the page: what they may do now,
which of its links they may read, the names of its people by id, and its review. version: the one of the content. Refuses
as require_permission does where they may not read it.';

COMMENT ON FUNCTION "private"."approval_brand"(uuid) IS 'Returns the catalogue brand whose approval steps a claim follows: of several the one with the lowest id.';

COMMENT ON FUNCTION "private"."ask_people"(public.workflow_instances, public.workflow_step_runs, uuid[]) IS 'Assigns a step to these people, or to those who stand in for them.';

COMMENT ON FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) IS 'Assigns a step to a person, or to who stands in while the person is away, none of the excluded, and announces it;
reopens a task that was reassigned or cancelled, and does nothing where the task is pending or decided.';

COMMENT ON FUNCTION "private"."assignment_brands"(uuid) IS 'Returns the brands in which the caller has workflow.write and the person is a member, has an open task or will be asked
by a running review.';

COMMENT ON FUNCTION "private"."assignment_problems"(jsonb, uuid) IS 'Finds who cannot be asked of the people of a step: a list of {field, code, message}.';

COMMENT ON FUNCTION "private"."assignments_in"(uuid, uuid) IS 'Returns what a brand asks of a person: the steps of workflows that name them, escalations, open tasks, and steps of
running reviews that will ask them.';

COMMENT ON FUNCTION "private"."automated_checks"() IS 'Lists the checks that automated steps can run: see private.run_check.';

COMMENT ON FUNCTION "private"."bounded_definition"(jsonb) IS 'Returns private.normal_definition of what a caller wrote; 400 for more than 20 steps, 19 prerequisites, 50 people of a
step, or 1 MB.';

COMMENT ON FUNCTION "private"."catalogue_actions"(timestamp with time zone) IS 'Lists what the caller may do with an item of the catalogue.';

COMMENT ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone, integer) IS 'Returns when a task is reminded of, at a share of its time (80 % unless the step says otherwise, domain §5), or, once
that is done, when it is escalated.';

COMMENT ON FUNCTION "private"."chase_task"(uuid) IS 'Reminds of a task at the share of its time that its step says, or escalates it at the end. Returns `reminded`,
`escalated`, or null if neither is due.';

COMMENT ON FUNCTION "private"."check_round"(public.workflow_step_runs, integer) IS 'Refuses with 409, naming the current round, where a step was opened again since the expected one; null expects none.';

COMMENT ON FUNCTION "private"."claim_actions"(public.claims, uuid[], boolean, uuid[], public.claim_approval_steps) IS 'Lists what the caller may do with a claim. masters: its catalogue brands; writable: those in which the caller may write
claims; step: the open step, or the first one where no approval is pending.';

COMMENT ON FUNCTION "private"."claim_answer"(uuid) IS 'Returns a claim as commands answer it: as it is now.';

COMMENT ON FUNCTION "private"."claim_brand_document"(public.master_claim_brands) IS 'Returns a catalogue brand with those of the linked brands that the caller may read, and with what uses it.';

COMMENT ON FUNCTION "private"."claim_check_details"(public.claim_reviews, integer) IS 'Returns a stored check with so many of its findings, the worst of them.';

COMMENT ON FUNCTION "private"."claim_check_document"(public.claim_reviews, boolean) IS 'Returns a stored check as lists answer it, without its findings. is_valid: see private.holding_checks.';

COMMENT ON FUNCTION "private"."claim_documents"(uuid[]) IS 'Returns claims in the given order, each with what it is about, its open approval step, its people as far as the caller
may know them, and what the caller may do. The caller must be allowed to read them.';

COMMENT ON FUNCTION "private"."claim_facts"(uuid, uuid, text) IS 'Returns {id, text, status} of a claim in one of its languages. Refuses with 404 a claim that the caller may not read,
that is archived, or whose catalogue brands are not linked to the brand; with 400 a language that it lacks.';

COMMENT ON FUNCTION "private"."claim_matrix"(uuid[], jsonb, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) IS 'Returns {columns, items, total, summary}: a page of texts as rows, each with a cell for each column {product_id,
market, …}. A cell without a claim has the status none. statuses: only rows that have one of them in a column. total counts rows,
and summary the cells of the page by status.';

COMMENT ON FUNCTION "private"."claim_reference"(public.claims) IS 'Returns {id, text, status, level} of a claim; null for none.';

COMMENT ON FUNCTION "private"."claim_sentences"(uuid[], uuid[], text) IS 'Lists the sentences that make these claims in contents of these brands: of published contents by their bill of
materials, of others by the last check of each market.';

COMMENT ON FUNCTION "private"."claim_settings_document"(uuid) IS 'Returns how a brand works with claims.';

COMMENT ON FUNCTION "private"."claim_subject_documents"(public.claims, uuid[]) IS 'Returns what a claim is about, as far as it belongs to these catalogue brands; null: all.';

COMMENT ON FUNCTION "private"."claim_task_document"(private.claim_tasks) IS 'Returns a task as the API answers it.';

COMMENT ON FUNCTION "private"."claims_about"(uuid[]) IS 'Lists the claims about these catalogue brands, their products and the ingredients of these; all claims for null.';

COMMENT ON FUNCTION "private"."claims_hold_until"(uuid, text[], timestamp with time zone) IS 'Returns when the next claim of a brand, or piece of evidence for one, begins or ends to count in these markets; null
where no such time is known.';

COMMENT ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) IS 'Lists the claims of each product that are effective and approved (or were never put into an approval) in each market at
a time, of these texts if some are given. scope: 2 for a claim of the market, 3 for a global one. is_master: the claim is
a global one. Catalogue brands and ingredients among the products have their own claims alone.';

COMMENT ON FUNCTION "private"."claims_made"(public.contents) IS 'Lists the sentences of a content that make a claim, by the last check of each market, if it was of the present text.';

COMMENT ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) IS 'Lists what private.claims_in_force lists, of certain texts of certain products: the first text is of the first
product.';

COMMENT ON FUNCTION "private"."claims_refusal"(public.contents) IS 'Says why the claims keep a content from being published, or returns null: a violation that nobody overrode, or, in a
brand with claims, a market without a check of the present text against the present claims.';

COMMENT ON FUNCTION "private"."claims_state"(uuid) IS 'Returns a hash that changes with the claims that a tenant may read; null for a tenant without claims.';

COMMENT ON FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) IS 'Returns what read_claims_to_check returns, for callers that have asked for the permissions.';

COMMENT ON FUNCTION "private"."claims_to_match"(uuid, text, uuid[], timestamp with time zone) IS 'Lists the claims that a text of a brand is compared with in a market at a time: those of the given products, or
private.general_claims, each once for each status that it has. original_texts: the translations of the claim that an
override replaced. Of a wording that one product may not use, only the rows that bar it.';

COMMENT ON FUNCTION "private"."coming_steps"(uuid, uuid) IS 'Counts the steps of running reviews of a brand that have not asked yet and name a person.';

COMMENT ON FUNCTION "private"."compared_part"(text, jsonb) IS 'Returns the part of a row of the catalogue that checks compare texts with: of a claim without its notes and documents,
of evidence only if it is accepted.';

COMMENT ON FUNCTION "private"."condition_holds"(public.contents, jsonb) IS 'Whether {field, operator, value} is true of the content as it was passed; false for null.';

COMMENT ON FUNCTION "private"."condition_problem"(jsonb, uuid, jsonb) IS 'Finds what is wrong with a condition for contents of a brand and of these types: {code, message} or null.';

COMMENT ON FUNCTION "private"."condition_text"(jsonb) IS 'Says a condition in words, such as `tags contains "health"`.';

COMMENT ON FUNCTION "private"."condition_value"(public.contents, text) IS 'Returns the value of a content that a condition asks for.';

COMMENT ON FUNCTION "private"."conflicting_overrides"(uuid, uuid, text) IS 'Lists the rules for single countries beside a rule for all countries, or the rule for all countries beside one for a
country.';

COMMENT ON FUNCTION "private"."contents_with_claim_obstacles"(uuid[], uuid[]) IS 'Returns those of the contents that their claims keep from being published: see private.claims_refusal. brand_ids: the
brands of the contents.';

COMMENT ON FUNCTION "private"."count_claim_change"() IS 'Counts a change of a claim, its subjects, overrides or evidence, or of what a claim is about, for the catalogue brands
concerned, as far as checks compare texts with it.';

COMMENT ON FUNCTION "private"."count_claim_changes"(uuid[]) IS 'Counts a change of what these catalogue brands may claim, once for each transaction. Checks of contents made before it
no longer hold. Dry runs count nothing.';

COMMENT ON FUNCTION "private"."decided_since"(uuid, integer) IS 'Returns the newest decision on a claim since one of its versions, with its author and time, as details of an error.';

COMMENT ON FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) IS 'Returns why the caller may not decide on the open step of a claim: status (no approval is pending), not_own (they wrote
the claim, or changed it since its last approval), role (they do not hold the reviewer role of the step), decided (they approved an earlier step); null where they may.';

COMMENT ON FUNCTION "private"."decisions_allowed"(private.task_head[], private.brand_access[]) IS 'Returns {task id: [approve, reject, requestChanges]}: what the caller may decide in these tasks by the rules of
contents; no key where it is nothing.';

COMMENT ON FUNCTION "private"."delegation_answer"(private.delegations) IS 'Returns a delegation with the names of its people, its state, how many open tasks the person still has, and what the
caller may do.';

COMMENT ON FUNCTION "private"."delete_personal_rows"(uuid, text) IS 'Deletes the sessions, credentials, notifications, delegations and invitations of a person.';

COMMENT ON FUNCTION "private"."delivered_claims"(public.contents) IS 'Returns the claim bill of materials of a published content as websites get it; null where its brand does not
deliver it.';

COMMENT ON FUNCTION "private"."denies_claim_write"(uuid[]) IS 'Whether a membership of the caller in a brand that is linked to one of the catalogue brands, or their API key, denies
claim.write.';

COMMENT ON FUNCTION "private"."drafted_sentence"(text, integer, integer, integer, text) IS 'Returns a sentence with another claim in place of the one it makes.';

COMMENT ON FUNCTION "private"."escalate_task"(public.workflow_instances, public.workflow_tasks) IS 'Assigns the step of a late task to the person to whom the run escalates as well, if they may decide it.';

COMMENT ON FUNCTION "private"."evidence_answer"(uuid) IS 'Returns a piece of evidence as commands answer it, as it is now.';

COMMENT ON FUNCTION "private"."evidence_document"(private.claim_evidence, boolean, boolean) IS 'Returns a piece of evidence as the API answers it.';

COMMENT ON FUNCTION "private"."evidence_reviewer_roles"() IS 'Lists the reviewer roles that decide whether a document substantiates a claim. Marketing, bdt and mat decide on
wordings alone.';

COMMENT ON FUNCTION "private"."evidence_snapshot"(uuid) IS 'Returns the evidence that counts for a claim now, as publications keep it.';

COMMENT ON FUNCTION "private"."evidence_state"(uuid) IS 'Returns whether a claim has accepted evidence: none, valid, expiring (within 90 days) or expired.';

COMMENT ON FUNCTION "private"."evidence_state_of"(date, timestamp with time zone) IS 'Returns the state of a claim''s evidence by the latest end of an accepted piece: none, expired, expiring within 90
days, or valid. An end of infinity is none.';

COMMENT ON FUNCTION "private"."expiry_mark"(date) IS 'Returns the last of 90, 30, 7 and 0 days before its end that evidence has reached; null before the first.';

COMMENT ON FUNCTION "private"."export_account"(uuid) IS 'Returns the account of a person: profile, memberships, delegations, sessions, devices, second factors and API keys,
without the ids of other people.';

COMMENT ON FUNCTION "private"."finished_runs"(uuid[], uuid, text, timestamp with time zone, timestamp with time zone) IS 'Returns the runs of these brands that were approved or rejected in a span of time, with their cycle time in seconds.';

COMMENT ON FUNCTION "private"."form_of"(jsonb) IS 'Returns the part of a definition that tells kinds of workflows apart for plans: how its steps follow each other.';

COMMENT ON FUNCTION "private"."found_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) IS 'Returns the ids of a page of tasks and how many there are in each state, at most 5,000, from the indexes of
tasks. By priority, the 2,000 that are due first are sorted.';

COMMENT ON FUNCTION "private"."free_workflow_name"(text, uuid) IS 'Returns the name, or that of a copy which no workflow of the brand has.';

COMMENT ON FUNCTION "private"."general_claims"(uuid[], text, timestamp with time zone) IS 'Resolves the claims for a text about no certain product: it has to hold for the catalogue brands, for each ingredient
and for each product by itself. Raises 409 for more than 20,000 claims and overrides of products.';

COMMENT ON FUNCTION "private"."general_subjects"(uuid[]) IS 'Lists these catalogue brands and the ingredients of their products, as far as they are in use.';

COMMENT ON FUNCTION "private"."generation_context"(jsonb, private.ai_tools, public.brands, public.contents, public.templates, private.generation_form) IS 'Returns everything that a prompt is made from: {brand, template, content, product, claim, vetting, values,
examples, knowledge}.';

COMMENT ON FUNCTION "private"."give_task"(public.workflow_tasks, uuid, text) IS 'Gives a pending task, whose content is locked, to another member of the brand. Refuses as reassign_task does.';

COMMENT ON FUNCTION "private"."guard_override"() IS 'Raises 400 unless the market is an active country or all countries, the master claim is global, the replacement is a
claim of the market, and both are of the catalogue brand of the product.';

COMMENT ON FUNCTION "private"."hand_over_tasks"(private.delegations) IS 'Gives the pending tasks of a person who is away, at most 1,000, to who stands in. Returns how many.';

COMMENT ON FUNCTION "private"."has_edited_claim"(uuid) IS 'Whether the caller changed what is approved of a claim since its last approval, other than by a decision.';

COMMENT ON FUNCTION "private"."has_open_violations"(public.contents) IS 'Whether a check of the present text of a content found a violation of a claim that nobody has overridden with a
reason. Reviews from before their text was recorded are compared by their version.';

COMMENT ON FUNCTION "private"."holding_checks"(public.contents) IS 'Lists the checks of a content that hold: the last of a market, of the present text, against the present claims of the
products that the content names. They may have found violations.';

COMMENT ON FUNCTION "private"."holds_reviewer_role"(uuid, text[]) IS 'Whether the caller holds one of these reviewer roles for the claims of a catalogue brand: in a brand that is linked to
it, whose claims they may read, and where nothing denies them claim.write.';

COMMENT ON FUNCTION "private"."impact_effect"(public.claims, jsonb, text) IS 'Says what a planned change of a claim means for a sentence in a market.';

COMMENT ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer) IS 'Lists what a change of a claim, an override of it or evidence for it would touch, among contents that the caller may
read, each with a drafted replacement. Raises 404 for what the caller may not read.';

COMMENT ON FUNCTION "private"."import_claim"(jsonb, jsonb) IS 'Creates the claim of a row of an import, and returns its id.';

COMMENT ON FUNCTION "private"."imported_key"(text, text, text) IS 'Returns the key of a name in the answer of private.imported_names.';

COMMENT ON FUNCTION "private"."imported_names"(jsonb) IS 'Finds what the lines of an import are about, by ids or names among what the caller may read and is not archived: an
object of ids by private.imported_key.';

COMMENT ON FUNCTION "private"."imported_subjects"(public.claim_level, text[], text, jsonb) IS 'Returns what a row of an import is about, by the answer of private.imported_names. Raises 400 for what is unknown,
archived or not clear.';

COMMENT ON FUNCTION "private"."ingredient_document"(public.ingredients, uuid[]) IS 'Returns an ingredient with what uses it, of the products of these catalogue brands; null: of all.';

COMMENT ON FUNCTION "private"."is_claim_of_product"(uuid, uuid) IS 'Whether a claim is of the catalogue brand of a product: of the brand itself, its products or their ingredients.';

COMMENT ON FUNCTION "private"."is_own_claim"(public.claims, uuid[]) IS 'Whether the caller may change a claim because they wrote it.';

COMMENT ON FUNCTION "private"."keep_workflow_version"(public.workflows) IS 'Keeps a workflow as it is now under its version, and forgets all but its last 500 versions.';

COMMENT ON FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) IS 'Returns the kinds of value that a field of conditions has (text, number, boolean, list, object) in the templates of
these types of content that a brand may use; none for an unknown field.';

COMMENT ON FUNCTION "private"."last_decision"(public.contents, uuid) IS 'Returns the last decision on a content, or in the named step, as a list of one detail of a refusal, with who made it
and when; an empty list where there is none.';

COMMENT ON FUNCTION "private"."lock_claim"(uuid, boolean, boolean) IS 'Locks and returns a claim that the caller may write; with is_for_author, also one that the caller created, and with
is_for_reviewer any that the caller may read. 404 and 403 as private.require_claim_write.';

COMMENT ON FUNCTION "private"."lock_contents_of"(uuid[]) IS 'Locks the contents of these tasks, in the order of their ids.';

COMMENT ON FUNCTION "private"."lock_delegations"(private.delegations) IS 'Makes others wait until the end of the transaction who write a delegation that could make a circle with this one.';

COMMENT ON FUNCTION "private"."lock_evidence"(uuid, uuid, integer) IS 'Locks and returns a piece of evidence of a claim, which the caller has locked: the claim comes first, as when it is
deleted. Raises 404, 409 for a piece that was withdrawn, and 412 for another version than expected.';

COMMENT ON FUNCTION "private"."lock_imported"(jsonb) IS 'Locks the counters of the catalogue brands that an import touches, in the order of private.count_claim_changes.';

COMMENT ON FUNCTION "private"."lock_task"(uuid) IS 'Returns a pending task and locks its content; 404 for those who may not read it, 409 with who and when for a closed
one, 412 where the request expects another version of the content.';

COMMENT ON FUNCTION "private"."lock_workflow"(uuid, text) IS 'Locks a workflow until the end of the transaction and returns it. Refuses strangers with 404, and members who may not
change it with 403.';

COMMENT ON FUNCTION "private"."locked_approval_step"(public.claims, integer) IS 'Returns what private.next_approval_step returns. The steps cannot change until the end of the transaction.';

COMMENT ON FUNCTION "private"."markets_to_check"(uuid) IS 'Lists the markets against which contents of a brand are checked: those that it chose, else its country.';

COMMENT ON FUNCTION "private"."markets_to_recheck"(public.contents) IS 'Lists the markets in which the last check of a content, if there is one, was of other claims than the present ones.';

COMMENT ON FUNCTION "private"."master_brands_ruling"(uuid) IS 'Lists the catalogue brands of a claim, and those of the products whose overrides name it.';

COMMENT ON FUNCTION "private"."matrix_cells"(uuid[], text[], timestamp with time zone, text[]) IS 'Lists the cells of a matrix in the rows of these texts, or in all: the claim that holds for each product and market.
Cells without a claim are missing.';

COMMENT ON FUNCTION "private"."matrix_texts"(uuid[], text[], timestamp with time zone, text, public.claim_level[]) IS 'Lists the rows of a matrix: each text that a claim or an override of the products has in one of the markets at a time,
with a claim that says it. query: a part of the text.';

COMMENT ON FUNCTION "private"."may_be_asked"(uuid, uuid) IS 'Whether a person can decide reviews in a brand: an active member whose restrictions deny nothing that decisions need.';

COMMENT ON FUNCTION "private"."may_close_claim_task"(private.claim_tasks) IS 'Whether the caller may close a task: with claim.write in its brand, or as its assignee.';

COMMENT ON FUNCTION "private"."may_give_task"(public.workflow_tasks) IS 'Whether the caller may give a task to someone else: with workflow.control, or because it is their own.';

COMMENT ON FUNCTION "private"."may_read_claim"(uuid) IS 'Whether there is such a claim, and the caller may read it.';

COMMENT ON FUNCTION "private"."may_read_delegation"(private.delegations) IS 'Whether the caller is the person or the delegate, or has workflow.control in a brand of the person for which it is, or
is a platform admin.';

COMMENT ON FUNCTION "private"."may_skip"(public.workflow_step_runs) IS 'Whether the caller may skip a step: with workflow.control, or with a pending task in a step that allows skipping.';

COMMENT ON FUNCTION "private"."may_take_step"(public.workflow_step_runs, uuid) IS 'Whether a person can decide a step in place of somebody else: see people_who_count.';

COMMENT ON FUNCTION "private"."may_write_claim"(uuid) IS 'Whether the caller may write a claim, or is its author.';

COMMENT ON FUNCTION "private"."member_ids"(jsonb, uuid) IS 'Returns those people, written as ids or e-mail addresses, who are active members of a brand.';

COMMENT ON FUNCTION "private"."minutes_between"(timestamp with time zone, timestamp with time zone) IS 'Returns the whole minutes between two times, or from the first until now; null before it has begun.';

COMMENT ON FUNCTION "private"."move_definitions"(uuid, uuid, uuid) IS 'Names another person in the steps, the escalations and the running reviews of a brand that name this one. Returns how
many steps and escalations.';

COMMENT ON FUNCTION "private"."move_tasks"(uuid, uuid, uuid, text) IS 'Gives the pending tasks of a person in a brand to another; where that one made the content, or has the step already, to
the others of the step or to the admins of the brand. Returns how many went where.';

COMMENT ON FUNCTION "private"."named_person"(uuid, jsonb) IS 'Returns {id, name} of a person by an answer of people_named; else null.';

COMMENT ON FUNCTION "private"."next_approval_step"(public.claims, integer) IS 'Returns the first approval step after a position; a row of nulls where there is none.';

COMMENT ON FUNCTION "private"."normal_definition"(jsonb) IS 'Returns a definition with a value for everything that it leaves out, and its steps numbered in their order. index: the
place of the step in the request, which problems name.';

COMMENT ON FUNCTION "private"."open_run"(public.workflow_instances, public.contents) IS 'Announces a run that has its steps, and opens the first ones. Returns true if it ended at once, as approved.';

COMMENT ON FUNCTION "private"."open_step_of"(public.contents, uuid, uuid) IS 'Returns the named step of a locked content, or else the open one in which a person has a pending task, or else the
first open one. Refuses with 404 a step of another content, and with 409, naming the last decision, what is not open.';

COMMENT ON FUNCTION "private"."other_admins"(public.workflow_step_runs, uuid) IS 'Returns the admins of a brand, without a person, who may take a step; 409 where there are none.';

COMMENT ON FUNCTION "private"."override_documents"(uuid[]) IS 'Returns overrides in the given order, with the claims and the product that they name, the active countries for a rule
for all, and what the caller may do. The caller must be allowed to read them.';

COMMENT ON FUNCTION "private"."overrides_in_force"(uuid[], text[], timestamp with time zone) IS 'Lists the override of each product and master claim that counts in each market at a time; has_effect is false for one
that only exempts the market. The columns of the replacement are null where none is named, or where the named claim is
not effective, not approved, archived or not for the market.';

COMMENT ON FUNCTION "private"."own_approval"(uuid) IS 'Returns the step that the caller approved in the present approval of a claim, with the time, as details of an error.';

COMMENT ON FUNCTION "private"."own_delegation"(uuid) IS 'Returns and locks a delegation that the caller may write; 404 where the caller may not read it, 403 where not write.';

COMMENT ON FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) IS 'Closes a pending task as reassigned and asks these people instead, or who stands in for them, none of the excluded. The
content is locked.';

COMMENT ON FUNCTION "private"."people_in_turn"(private.delegations) IS 'Returns the person, the delegate and all to whom the tasks of the delegate could go, now or later.';

COMMENT ON FUNCTION "private"."people_of_brand"(uuid[], uuid) IS 'Returns {id: person_document} of those people whom the caller may know, each looked up once.';

COMMENT ON FUNCTION "private"."people_of_runs"(public.contents, public.workflow_instances) IS 'Returns the people whom the review of a content and its earlier ones name.';

COMMENT ON FUNCTION "private"."people_to_ask"(jsonb, uuid, uuid) IS 'Lists the people whom a step asks when it opens, by its definition (as in workflow_step_runs) and the creator of the
content. is_instead: the admins of the brand, because the step reaches nobody.';

COMMENT ON FUNCTION "private"."people_who_count"(public.workflow_step_runs) IS 'Returns those who have decided a step in its present round, and, where all must approve, those who are asked: in place
of somebody else they would make one approval less.';

COMMENT ON FUNCTION "private"."person_of_definition"(text) IS 'Returns the id of a person who is written as an id or an e-mail address; null where nobody has the address.';

COMMENT ON FUNCTION "private"."place_in"(jsonb, text) IS 'Returns a number of a finding, and 0 for any other value: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."plan_workflows"(uuid) IS 'Returns the predefined workflows that the plan of a brand has, with `custom` if it has others; null: all.';

COMMENT ON FUNCTION "private"."predefined_form"(jsonb) IS 'Returns the name of the predefined workflow that has the form of a definition, as private.normal_definition returns it;
null for all others.';

COMMENT ON FUNCTION "private"."predefined_workflows"() IS 'Returns the workflows that brands can begin with, as definitions; values that a definition leaves out are the defaults
of private.normal_definition.';

COMMENT ON FUNCTION "private"."product_document"(public.products) IS 'Returns a product with its ingredients and with what uses it.';

COMMENT ON FUNCTION "private"."product_problem"(jsonb, jsonb, uuid, text) IS 'Finds what is wrong with the value of a product field, which is one or several products in use of master claim brands
that the brand is linked to: see value_problem.';

COMMENT ON FUNCTION "private"."products_named"(public.contents) IS 'Lists the products of the brand that the fields of a content name, archived ones among them, in order; of more than 200
the first 201.';

COMMENT ON FUNCTION "private"."prune_claim_checks"(uuid, text) IS 'Deletes the former checks of a content in a market but the last 20. Those with an override stay.';

COMMENT ON FUNCTION "private"."publish_due_content"(uuid) IS 'Publishes a content that is due, or takes it off the schedule where it may not be published. Returns the outcome; null
if it is not due, if another scheduler has it, or if it waits, for up to 10 minutes, for a check against claims that have
changed.';

COMMENT ON FUNCTION "private"."readable_product"(uuid) IS 'Returns a product; 404 unless the caller may read it.';

COMMENT ON FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text, uuid, uuid) IS 'Adds an action of the caller to the history of a run, with the minutes for which its step had been open,
and from whom to whom a task went.';

COMMENT ON FUNCTION "private"."record_claim_version"() IS 'Keeps each version of a claim.';

COMMENT ON FUNCTION "private"."record_vetting_feedback"(public.ai_generations, jsonb) IS 'Stores the feedback of a generation for the version, the step and the market that it was asked for, in place of earlier
feedback; does nothing if the review is gone by now.';

COMMENT ON FUNCTION "private"."record_workflow_version"() IS 'Keeps each version of a workflow, with its steps.';

COMMENT ON FUNCTION "private"."refuse_archived"(public.claims) IS 'Raises 409 for an archived claim.';

COMMENT ON FUNCTION "private"."refuse_closed_task"(public.workflow_tasks) IS 'Refuses with 409 for a task that is closed, and says by whom and when.';

COMMENT ON FUNCTION "private"."refuse_second_vetting"(public.contents, uuid, text, boolean) IS 'Refuses (409) to produce feedback on a version for a step and a market while it is being produced, or where there is
some and none is forced.';

COMMENT ON FUNCTION "private"."refuse_used"(jsonb, text) IS 'Raises 409 with what uses an item of the catalogue, unless nothing does.';

COMMENT ON FUNCTION "private"."repeat_run"(public.contents, public.workflow_instances) IS 'Starts a run again from its first step, with the steps of its own version of the workflow. Returns as start_run does.';

COMMENT ON FUNCTION "private"."replace_claim_scopes"(public.claims) IS 'Replaces the rows of a claim in claim_scopes: one for each subject and country, and none for an archived claim.';

COMMENT ON FUNCTION "private"."replacement_for"(uuid, text, uuid[]) IS 'Returns the claim of these catalogue brands that may stand in place of another in a market: that of an override, else
the most similar allowed claim of the same subject. Null where there is none.';

COMMENT ON FUNCTION "private"."require_approval_setup"(uuid) IS 'Raises 404 unless the caller may read a catalogue brand, and 403 unless the caller may write its claims.';

COMMENT ON FUNCTION "private"."require_claim_brands"(uuid, uuid) IS 'Returns the catalogue brand, or all that a brand is linked to. Raises 404 unless the caller may read their claims, and
400 where neither is named.';

COMMENT ON FUNCTION "private"."require_decision"(public.contents, text, integer, uuid) IS 'Refuses a decision as require_action does; a 409 also names who decided last, and when.';

COMMENT ON FUNCTION "private"."require_delegation_rights"(uuid, uuid) IS 'Lets people write their own delegations, and those with workflow.control in the brand, or platform admins, those of
others. API keys are never the person.';

COMMENT ON FUNCTION "private"."require_markets"(text[]) IS 'Raises 400 unless these are 1 to 10 markets that exist.';

COMMENT ON FUNCTION "private"."require_new_assignee"(public.workflow_tasks, public.workflow_step_runs, uuid) IS 'Raises 400 for somebody who is not a member of the brand or could not decide, 409 for somebody
who has a task in the step, and 403 for the author of the content unless the step names them.';

COMMENT ON FUNCTION "private"."require_open_decision"(public.claims, public.claim_approval_steps, integer) IS 'Raises 403 for the author of the claim and for those who do not hold the reviewer role of the open step; 409 where no
approval is pending, where somebody decided since the expected version (with who and when), and where the caller approved
an earlier step; 412 where the claim was changed since.';

COMMENT ON FUNCTION "private"."require_own_market"(uuid, text[]) IS 'Raises 400 for markets without the country of the brand, in which its contents are read in any case. None: that country
alone.';

COMMENT ON FUNCTION "private"."require_present"(uuid, uuid, text) IS 'Refuses with 409 a person who is away, naming their delegate.';

COMMENT ON FUNCTION "private"."require_product_in_use"(uuid) IS 'Returns a product. Raises 404 unless the caller may read it, and 409 where it or its catalogue brand is archived.';

COMMENT ON FUNCTION "private"."require_products"(uuid, uuid[]) IS 'Raises 404 unless these are products of the brand, and 409 for archived ones and for more than 200.';

COMMENT ON FUNCTION "private"."require_sound_delegation"(private.delegations) IS 'Refuses a delegation to the person themselves, to somebody without access (naming the brands), beyond a year, beside
another one in the same time, or in a circle.';

COMMENT ON FUNCTION "private"."require_sound_workflow"(uuid, jsonb) IS 'Refuses with 400 a definition that cannot work in a brand, and names the first 20 problems.';

COMMENT ON FUNCTION "private"."require_subjects_in_use"(public.claim_level, uuid[]) IS 'Raises 400 with the ids of subjects that do not exist or are archived.';

COMMENT ON FUNCTION "private"."require_version"(integer, integer, text) IS 'Raises 428 where a change names no version, and 412 with the current one where it names another.';

COMMENT ON FUNCTION "private"."require_workflow_plan"(uuid, jsonb, text) IS 'Refuses with 403 a workflow that the plan of the brand does not have. predefined: the name of the predefined workflow
that it was made from; null for one of the brand''s own.';

COMMENT ON FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone, text[], boolean) IS 'Resolves which claims apply to each product in a market at a time: the first of each text in private.stack_claims.';

COMMENT ON FUNCTION "private"."review_of"(uuid, text, integer, uuid, private.brand_access[], text[]) IS 'Returns the review that a content is in: its open steps, whom they ask with their names, when they are due and what the
caller may do; null for a content that is in none, and for those who may not read workflows. access and allowed_actions:
what the caller holds in the brand, and may do with the content.';

COMMENT ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone) IS 'Returns the path that a review of a content would take if everybody approves at the last moment: {starts_at, ends_at,
is_open_ended, is_approved_at_once, times_out_at, steps}. It asks what the engine asks: waits_on, step_applies and
people_to_ask.';

COMMENT ON FUNCTION "private"."review_verdict"(public.contents, text) IS 'Returns whether the caller may do something with a content in review, else the rule and the reason in words.';

COMMENT ON FUNCTION "private"."review_verdicts"(public.contents, public.workflow_instances) IS 'Returns for each act on a review whether the caller may do it now, and why not: {action, is_allowed, rule, reason}.';

COMMENT ON FUNCTION "private"."reviewer_document"(uuid, jsonb) IS 'Returns a reviewer as the API answers it.';

COMMENT ON FUNCTION "private"."reviewers_of"(uuid, uuid[], text[]) IS 'Lists who may decide in one of these reviewer roles on a claim of these catalogue brands, with the brand in which they
hold it (null for platform admins): at most 500.';

COMMENT ON FUNCTION "private"."reviews_evidence"(uuid) IS 'Whether the caller may decide on the evidence of a claim: with one of private.evidence_reviewer_roles for it, or as a
platform admin; of claims of ingredients platform admins alone. Not for API keys.';

COMMENT ON FUNCTION "private"."run_check"(text, public.contents) IS 'Runs a check of automated steps on a content: null where it passes, else why it does not.';

COMMENT ON FUNCTION "private"."run_task_decision"(uuid, text, text, text, integer) IS 'Decides the step of a task by the command for its content, which judges the caller.';

COMMENT ON FUNCTION "private"."searched_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) IS 'As found_tasks, for filters that ask about contents, steps or workflows: looks at the 500 open tasks that are due
first and at the 500 that were decided last.';

COMMENT ON FUNCTION "private"."shared_brands"(private.delegations) IS 'Returns the brands for which a delegation is and in which both people are active members.';

COMMENT ON FUNCTION "private"."shown_findings"(jsonb, integer) IS 'Returns so many findings of a check: violations first, then what is missing, conditional and allowed.';

COMMENT ON FUNCTION "private"."shown_history"(public.workflow_instances, jsonb, integer, integer) IS 'Returns what was done in a run, newest first, with the minutes for which the step had been open: {items, total}.';

COMMENT ON FUNCTION "private"."shown_path_people"(jsonb, uuid, uuid, private.brand_access[]) IS 'Returns whom a step would ask now, or who stands in for them, by the names that the caller may know, and how many they
are.';

COMMENT ON FUNCTION "private"."shown_run"(public.workflow_instances, jsonb) IS 'Returns a run without its steps.';

COMMENT ON FUNCTION "private"."shown_step_runs"(public.workflow_instances, jsonb) IS 'Returns the steps of a run in their order, each with the tasks of its present round.
names: see people_of_brand.';

COMMENT ON FUNCTION "private"."shown_steps"(jsonb, uuid) IS 'Returns the steps of a definition with the names of their people.';

COMMENT ON FUNCTION "private"."shown_tasks"(uuid[], private.brand_access[]) IS 'Returns {items, people}: these tasks, in this order, with all that is needed to decide and what the caller may do with
each; people: names by id. access: what the caller holds in the brands of the tasks.';

COMMENT ON FUNCTION "private"."shown_workflow"(public.workflows, uuid[]) IS 'Returns a workflow without its steps, with its counts and what the caller may do with it. writable: the brands in which
the caller has workflow.write.';

COMMENT ON FUNCTION "private"."stack_claims"(uuid[], text[], timestamp with time zone, text[], boolean) IS 'Stacks all claims and overrides of each product in each market at a time (domain §6). Of those with the same text the
one in the first place holds: the lowest scope, then the strongest level, then the status none, disallowed, mandatory,
allowed, then the lowest id. Those whose place an override takes (is_replaced) come last, and never hold. scope: 1
override, 2 market, 3 global. The override of a claim that is_replaced is the one that took its place. With is_paired the
first text is of the first product, and so on: name the texts of each override of a product with it.';

COMMENT ON FUNCTION "private"."stand_ins"(uuid, public.workflow_step_runs, uuid[]) IS 'As stand_ins_in, for a step of a run: none of those whose decision is counted or awaited already.';

COMMENT ON FUNCTION "private"."stand_ins_in"(uuid, jsonb, uuid, uuid, uuid[]) IS 'Returns who is asked to decide a step, by its definition and the author of the content, in place of a person who is
away: the delegate, or the delegate''s delegate and so on; where none of them may, at most 20 admins of the brand who are
not away; the person where there is nobody. None of the excluded. The person themselves if they are not away.';

COMMENT ON FUNCTION "private"."step_problems"(jsonb, jsonb, uuid) IS 'Finds what keeps a step of a definition from working in a brand: a list of {field, code, message}.';

COMMENT ON FUNCTION "private"."step_reason"(jsonb, public.contents) IS 'Says why a step applies to a content, or why it is passed over.';

COMMENT ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer, integer) IS 'Returns the step of a run that the caller decides. Refuses with 404 a named step that the content does not have, with
409 one that was opened again since the expected round, and as require_decision does.';

COMMENT ON FUNCTION "private"."steps_before"(jsonb, jsonb) IS 'Returns the positions of all steps that must be done before a step opens, directly or not.';

COMMENT ON FUNCTION "private"."steps_of"(uuid) IS 'Returns the steps of a workflow in their order: the columns of workflow_steps, and assignees, the people whom the step
names.';

COMMENT ON FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) IS 'Stores the check of a content in a market in place of the former one. An override of the same violations in the same
text stays. Raises 409 for findings of more than 4 MB.';

COMMENT ON FUNCTION "private"."store_claim_checks"(public.contents, text, text, jsonb) IS 'Stores the checks of a content, one for each market, and returns them. Raises 409 where the text is another one by
now.';

COMMENT ON FUNCTION "private"."store_publication_claims"() IS 'Keeps the claim bill of materials of a publication, in its transaction. Refuses a publication past the claims.';

COMMENT ON FUNCTION "private"."task_brands"(private.brand_access[]) IS 'Returns the brands whose tasks the caller may read with their contents.';

COMMENT ON FUNCTION "private"."task_conditions"(jsonb, boolean) IS 'Builds the conditions of a list of tasks from the filters that are given and that tasks answer by themselves.';

COMMENT ON FUNCTION "private"."task_heads"(uuid[]) IS 'Returns these tasks with what lists show of their steps, runs and contents.';

COMMENT ON FUNCTION "private"."task_order"(text, boolean) IS 'Returns the order of a list of tasks. priority: overdue ones first, then those that were reminded of or came back after
requested changes, and among them by their due date.';

COMMENT ON FUNCTION "private"."task_remarks"(private.task_head[]) IS 'Returns {run id: the last 10 decisions with their comments, newest first} for the runs of these tasks.';

COMMENT ON FUNCTION "private"."tell_claim_reviewers"() IS 'Notifies those who hold the role of the step that a claim has reached, without those who may not decide on it.';

COMMENT ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) IS 'Notifies those who may decide on evidence of a claim, without those who added or changed it.';

COMMENT ON FUNCTION "private"."tell_of_delegation"(private.delegations, text) IS 'Appends an event to the log of each brand that both people share, at most 100, and notifies both, without the caller.';

COMMENT ON FUNCTION "private"."text_fingerprint"(public.contents) IS 'Returns a hash of what people wrote in a content. A change of status keeps it.';

COMMENT ON FUNCTION "private"."texts_of_products"(uuid[], text, timestamp with time zone) IS 'Lists the texts for which a product of these catalogue brands differs from its catalogue brand and its ingredients: of
its own claims in a market at a time, and of its overrides.';

COMMENT ON FUNCTION "private"."unblock_step"(public.contents, uuid) IS 'Lets an open step of a content that would wait for nobody go on, or assigns it to others. The content is locked.';

COMMENT ON FUNCTION "private"."version_as_read"(uuid, integer) IS 'Returns the present version of a content if only its state has changed since the version that was read; else that.';

COMMENT ON FUNCTION "private"."vetting_facts"(jsonb, public.contents) IS 'Returns {step, instructions, agencies: [{id, name, priority}]} for feedback on a content: the active, verified agencies
of the market and those of all countries, the most important 20. Refuses what needs no second production (409), and
markets without an agency (409).';

COMMENT ON FUNCTION "private"."vetting_step"(public.contents, uuid) IS 'Returns a step of a content''s review. Refuses with 404 steps of other contents, and with 409 closed ones.';

COMMENT ON FUNCTION "private"."violating"(jsonb) IS 'Returns the findings that are violations, as far as an override is about them.';

COMMENT ON FUNCTION "private"."void_approvals"(uuid) IS 'After an edit during a review: starts the run of the content again if a task was approved, or a step approved or
skipped, in it, with the steps that it began with. The content becomes a draft where the workflow is deleted, archived or
a draft, and approved where no step applies. Returns
whether there was such a run.';

COMMENT ON FUNCTION "private"."waits_for"(text, jsonb, integer) IS 'Returns the positions of the earlier steps on which a step waits.';

COMMENT ON FUNCTION "private"."waits_on"(text, jsonb, integer, integer) IS 'Whether a step opens only once another is done: one of its prerequisites, or else each step before it; in a parallel
workflow a step without prerequisites waits on none.';

COMMENT ON FUNCTION "private"."with_members"(jsonb, uuid) IS 'Returns a definition whose steps name their people by id: those who are active members of the brand.';

COMMENT ON FUNCTION "private"."workflow_answer"(public.workflows) IS 'Returns a workflow with its steps, as commands answer it.';

COMMENT ON FUNCTION "private"."workflow_definition"(public.workflows) IS 'Returns what people write of a workflow, with its steps as private.steps_of does: the form that versions keep, that is
checked and that a dry run follows.';

COMMENT ON FUNCTION "private"."workflow_problems"(uuid, jsonb) IS 'Finds what keeps a definition (as private.normal_definition returns it) from working in a brand: a list of
{field, code, message}.';

COMMENT ON FUNCTION "private"."workflow_state"(public.workflows) IS 'Returns whether a workflow is a draft, active or archived.';

COMMENT ON FUNCTION "private"."workflow_warnings"(jsonb) IS 'Finds what works in a definition but may not be meant: a list of {field, code, message}.';

COMMENT ON FUNCTION "private"."write_steps"(public.workflows, jsonb) IS 'Replaces the steps of a workflow by those of a definition, with the members whom they name.';

COMMENT ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) IS 'Adds evidence to a claim that the caller may write. It counts once a reviewer has accepted it.';

COMMENT ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) IS 'Gives a member of a brand a reviewer role, for the claims of one catalogue brand or of all that the brand is linked to.
Requires member.manage.';

COMMENT ON FUNCTION "public"."announce_expiring_evidence"(integer, integer) IS 'For the scheduler: raises an event and a task in each linked brand for evidence that reached 90, 30 or 7 days before
its end, or its end, once each, in turns by brand. Returns each with its outcome, `failed` for those to be tried
again.';

COMMENT ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) IS 'Records the approval of the caller in a step; 412 if expected_version is given and the content has another. The
approval that completes the last required step approves the content. Without a workflow, a draft is approved at once by
those with content.review.';

COMMENT ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) IS 'Archives a claim, which then has no effect, or restores it; 409 while its approval is pending, and 412 where it has
another version than expected.';

COMMENT ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) IS 'Archives a catalogue brand, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';

COMMENT ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) IS 'Archives an ingredient, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';

COMMENT ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) IS 'Archives a product, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';

COMMENT ON FUNCTION "public"."begin_generation"(jsonb) IS 'Opens a generation, by a request of our functions: checks the caller, reserves budget and quota, and returns
everything that its prompt needs in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId or
fieldIds, fields, productId, claimId, language, stepId, isForced, market, topic, requires, isApplied, parameters,
promptVersion, candidates: [{provider, model}], bounds: {promptTokens, completionTokens, attempts}}';

COMMENT ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) IS 'Makes the same decision in each of at most 100 tasks, [{task_id, content_version}], on the version of its content that
the caller read, and returns for each the HTTP status that it would have had alone: 412 where the text was edited since.
One that fails does not affect the others.';

COMMENT ON FUNCTION "public"."cancel_review"(uuid, text) IS 'Cancels the review of a content, with a reason, and makes it a draft, as withdraw_content does for its creator.
Requires workflow.control.';

COMMENT ON FUNCTION "public"."chase_tasks"(integer, integer) IS 'For the scheduler: sends a reminder of tasks at a share of their time, and escalates tasks that are late, in turns by
brand. Returns the tasks with what was done: `reminded`, `escalated`, or `failed` for those to be tried again later.';

COMMENT ON FUNCTION "public"."close_claim_task"(uuid, text, text) IS 'Marks a task as done, or dismisses it with a comment. For its assignee and for those who may write claims of
the brand.';

COMMENT ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) IS 'Creates a claim of one master claim brand, of products or of ingredients (subject_ids). Requires that the caller may
write claims of all of them.';

COMMENT ON FUNCTION "public"."create_claim_brand"(jsonb) IS 'Adds a catalogue brand to the catalogue. Requires a platform admin.';

COMMENT ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) IS 'Lets a delegate stand in for the caller, or, with workflow.control in the brand, for another member: new tasks go to
the delegate, and open ones by hand_over_open_tasks. Refused without access (400, naming the brands), for oneself and in
a circle.';

COMMENT ON FUNCTION "public"."create_ingredient"(jsonb) IS 'Adds an ingredient to the catalogue. Requires a platform admin.';

COMMENT ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) IS 'Blocks, replaces or exempts a master claim for a product in a market. Raises 409 with the conflicting rules where a
rule for all countries would stand beside one for a country. With is_forced both stay, and warnings lists the other
rules.';

COMMENT ON FUNCTION "public"."create_product"(uuid, jsonb) IS 'Adds a product to the catalogue. Requires a platform admin.';

COMMENT ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) IS 'Creates a workflow with its steps: a draft unless it is active, from a predefined one where details leave something
out. Refuses with 400 what cannot work, naming each problem, and with 403 what the plan does not have. Requires
workflow.write.';

COMMENT ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) IS 'Approves the open step of a claim, or rejects the claim back to its first step, which needs a comment. For reviewers
who hold the role of the step (platform admins hold all), and not for the author or somebody who approved an earlier step.
amended_text replaces the text of the claim. expected_version: the version that the reviewer read.';

COMMENT ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) IS 'Approves, rejects or requests changes in the step of a task, as the commands for its content do, and returns the task
as get_task does. 409 for a closed task says who closed it and when.';

COMMENT ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) IS 'Gives the caller''s own pending task in a step of a content to another member of the brand.';

COMMENT ON FUNCTION "public"."delete_claim"(uuid) IS 'Deletes a claim with its overrides; 409 while its approval is pending, and where it takes the place of another.';

COMMENT ON FUNCTION "public"."delete_workflow"(uuid) IS 'Deletes a workflow with its history of versions. Refuses with 409 and the counts while contents are in review by it, or
approved by it and not yet published. Requires workflow.write.';

COMMENT ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) IS 'Makes a draft with the same steps, in the same brand or another in which the caller has workflow.write. People who are
no members of that brand are left out; a step that would be left with nobody asks its admins.';

COMMENT ON FUNCTION "public"."end_delegation"(uuid) IS 'Ends a delegation now, or deletes one that has not begun. Tasks stay where they are; new ones go to the person again.';

COMMENT ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) IS 'Returns the path that a review by a workflow, or by a definition that is not saved, would take for a content or for
sample values {type, title, tags, fields, metadata, created_by}: see private.review_path. Changes nothing. A definition
requires workflow.write, all else workflow.read.';

COMMENT ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) IS 'Checks a definition without saving it: {problems, warnings}, each a list of {field, code, message}. Requires
workflow.write.';

COMMENT ON FUNCTION "public"."forget_ended_delegations"(integer) IS 'For the scheduler: deletes delegations that ended 90 days ago. Returns how many.';

COMMENT ON FUNCTION "public"."get_claim"(uuid) IS 'Returns a claim that the caller may read; no row for others.';

COMMENT ON FUNCTION "public"."get_content"(uuid, text[]) IS 'Returns a content with what the caller may do now, the names of its people by id, and the review that it is in; with
what expand names of brand, template and people: {…, allowed_actions, readable, people, review, brands, templates,
profiles}.';

COMMENT ON FUNCTION "public"."get_content_claims"(uuid, integer) IS 'Returns the claim bill of materials of a published version of a content, by default of the one that is published; of a
content that is not, what the last checks found in the present text, with what keeps it from being published.';

COMMENT ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) IS 'Returns the named run of a content, or its last one, with its steps, whom they ask, what the caller may do with the
reason why not, the history of the run in pages and the other runs of the content, the newest 50.';

COMMENT ON FUNCTION "public"."get_task"(uuid) IS 'Returns {items, people} with one task, as list_tasks shows it; 404 for those who may not read the runs or the contents
of its brand.';

COMMENT ON FUNCTION "public"."get_workflow"(uuid) IS 'Returns a workflow with its steps. Refuses with 404 those who may not read it.';

COMMENT ON FUNCTION "public"."hand_over_open_tasks"(uuid) IS 'Gives the open tasks of a person who is away to who stands in, at most 1,000 in one call.';

COMMENT ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) IS 'Gives a pending task to another member of the brand, as reassign_task does, and returns the new task as get_task does.
is_own: only a task of the caller.';

COMMENT ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) IS 'Creates the claims of lines {line, claim}: {made, duplicates, problems, is_written}. Lines whose claim exists are
duplicates, and left out. is_whole: none if a line has a problem; else those without one. A dry run creates none.';

COMMENT ON FUNCTION "public"."list_approval_steps"(uuid) IS 'Returns {items, total}: the steps by which claims of a catalogue brand are approved, in order.';

COMMENT ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) IS 'Lists the catalogue brands that the caller may read, or those that a brand is linked to: {items, total}.';

COMMENT ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) IS 'Lists the checks of a content against the claims of markets, those of models among them, newest first, without their
findings: {items, total}.';

COMMENT ON FUNCTION "public"."list_claim_evidence"(uuid) IS 'Lists the evidence of a claim, newest first, with its state as a whole: {state, items}.';

COMMENT ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) IS 'Returns a page of the matrix of texts and products in a market, of a catalogue brand or of all that a brand is linked
to: see private.claim_matrix. column_total counts the products.';

COMMENT ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) IS 'Lists who of a brand decides in which reviewer role: {items, total}. claim_brand_id: also those for all claim brands.';

COMMENT ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) IS 'Lists tasks about claims in the brands of the caller by due_on (those without it last), created_at or
closed_at: {items, total}. Those about contents require content.read too. is_mine: those of the caller, and those for
admins in brands where the caller may write claims.';

COMMENT ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) IS 'Lists a claim as it was after each change, or in these versions, newest first: {items, total}.';

COMMENT ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) IS 'Lists the claims that the caller may read, or those about a catalogue brand, with its products and their ingredients,
or about all to which a brand is linked: {items, total}. approvals: none, pending, approved, rejected. country: claims of
the country and global ones. query: a part of the text in any language. is_decidable: those on whose open step the caller may
decide.';

COMMENT ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) IS 'Returns {items, total}: the delegations in which the caller is the person or the delegate; with a brand, those of its
members that hold in it, for callers with workflow.control.';

COMMENT ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) IS 'Lists the evidence of the claims that the caller may read, or of those about what a brand is linked to, newest first:
{items, total}. expires_before: a day. is_decidable: what waits for a decision that the caller may take.';

COMMENT ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) IS 'Lists the ingredients of the products that the caller may read, or all for platform admins: {items, total}.';

COMMENT ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) IS 'Returns a page of the matrix of texts and markets of a product: see private.claim_matrix.';

COMMENT ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) IS 'Lists the overrides of products that the caller may read: {items, total}. claim_id: rules that override it or put it in
the place of another. market: a country, or __ALL_COUNTRIES__ for rules for all.';

COMMENT ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) IS 'Lists the rules that a rule, or one that is yet to be made, stands beside: {items, total}. A rule for all countries and
one for a country of the same claim and product are in conflict.';

COMMENT ON FUNCTION "public"."list_predefined_workflows"(uuid) IS 'Lists the predefined workflows with their steps, and whether the plan of the brand has them.';

COMMENT ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) IS 'Lists the products that the caller may read: {items, total}.';

COMMENT ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) IS 'Returns {items, total}: the claims that hold for a product in a market at a time, the strongest scope first, each with
those that it holds over. lost_by: override, scope, level, status or id. A text is in the language if the claim has it,
else the original. The override of a claim that is not of scope 1 is the rule that exempts the market.';

COMMENT ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) IS 'Lists tasks of the caller, or with {"scope": "brand"} of a brand in which they have workflow.control: {items, people,
total, counts, is_truncated}. Overdue tasks are open as well; done ones were decided by their assignee. Counts end at 5,000. Filters
by content, step or workflow look at the 500 open tasks that are due first and the 500 that were decided last.';

COMMENT ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) IS 'Lists the feedback on a content that the caller may read, the newest 50 first: of a step, a market or a version if they
are given.';

COMMENT ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) IS 'Lists the versions of a workflow without their steps, newest first, or the one that is named with them:
{items, total}.';

COMMENT ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) IS 'Lists workflows of the caller''s brands without their steps, with how many contents are in review by each:
{items, total}. state: draft, active or archived. sort: name, updated_at or created_at.';

COMMENT ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) IS 'Opens a task with a drafted replacement for each sentence that read_claim_impact lists and that has no open one, at
most 500. Requires that the caller may write the claim, and claim.write or content.edit in the brand of a sentence.
Returns {items, remaining, refused}: items have the outcome opened, exists or failed; remaining counts the sentences for
further calls, refused those in brands where the caller only reads. Without an assignee a task is for the admins of its
brand.';

COMMENT ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) IS 'Allows publishing a content in spite of the violations of a check, as override_claim_review, and returns the check.';

COMMENT ON FUNCTION "public"."override_claim_review"(uuid, text) IS 'Allows publishing a content in spite of the violations of a review. The reason is recorded in the review. Raises 409
for one that is overridden already, was replaced by a later check, or found no violation.';

COMMENT ON FUNCTION "public"."queue_claim_checks"(integer) IS 'For the scheduler: queues a check of each scheduled content whose claims have changed, begun or ended to count since
its last check, in turns by brand. Returns how many were queued.';

COMMENT ON FUNCTION "public"."read_assignments"(uuid) IS 'Returns what depends on a person in reviews, for each brand in which the caller has workflow.write, at most 200: to be
read before they leave.';

COMMENT ON FUNCTION "public"."read_claim_approval"(uuid) IS 'Returns the approval of a claim: steps, the newest 100 decisions, the reviewers of the open step whom the caller may
know, what the caller may do and, if they may not decide, why (private.decision_problem). No row for strangers.';

COMMENT ON FUNCTION "public"."read_claim_check"(uuid, uuid) IS 'Returns a check of a content with at most 500 of its findings, the worst of them, and how many were left out.';

COMMENT ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) IS 'Returns what a planned change of a claim, an override of it or evidence for it touches: {total, published, pending,
markets, items}, of contents that the caller may read; at most 500 sentences, and figures of at most 5,000.';

COMMENT ON FUNCTION "public"."read_claim_settings"(uuid) IS 'Returns how a brand works with claims: {brand_id, markets, checked_markets, is_delivered, has_claims, version,
allowed_actions}.';

COMMENT ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) IS 'Returns what a text of a brand, or a content, is compared with: {brand_id, language, at, product_ids, state,
valid_until, markets: [{market, claims}], rules, content}. markets: by default those of the brand; product_ids: for a
content always those that it names. Without any: see private.general_claims.';

COMMENT ON FUNCTION "public"."read_claims_to_recheck"(uuid) IS 'For the job of scheduled contents: returns what a content is compared with, as read_claims_to_check, in up to 10
markets in which its last check no longer holds; null where there is none.';

COMMENT ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) IS 'Returns figures of the reviews that were finished in a span of time, of brands in which the caller has analytics.read:
{totals, periods, brands, workflows, steps, bottleneck}. Days, weeks from Monday and months are in UTC. Runs that were
cancelled or timed out do not count.';

COMMENT ON FUNCTION "public"."read_task_counts"() IS 'Counts the caller''s open tasks, those that are overdue, and those that are due within 24 hours, from an index alone;
at most 5,000.';

COMMENT ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) IS 'Puts another person in place of this one in steps, escalations, running reviews and open tasks of all brands in which
the caller has workflow.write and workflow.control, or of the named ones, in one transaction: {steps, escalations, tasks, tasks_elsewhere,
brands}. {missing} names the brands to which the new person has no access: then nothing is moved, and the audit log of
each says so.';

COMMENT ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) IS 'Gives the pending task of a person in a step of a content to another member. Requires workflow.control.';

COMMENT ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) IS 'Stores a check of a content against the claims of its markets, one result for each, and returns the checks with at most
500 findings of all markets together, the worst of them. Requires content.submit. Raises 409 where the text has changed
since it was read.';

COMMENT ON FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) IS 'For the job of scheduled contents: stores the checks of a content and returns how many. Raises 409 where the text has
changed since it was read.';

COMMENT ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) IS 'Rejects a content, with a reason. Ends the review, whatever others decided.';

COMMENT ON FUNCTION "public"."remove_claim_reviewer"(uuid) IS 'Takes a reviewer role from a member. Requires member.manage.';

COMMENT ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) IS 'Asks for changes, with a comment: the content becomes a draft, and submitting it again resumes at the same steps.';

COMMENT ON FUNCTION "public"."resume_review"(uuid) IS 'Submits a content again after requested changes, as submit_content does: the review goes on at the same steps. Refuses
with 409 where no review waits for changes.';

COMMENT ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) IS 'Accepts evidence, or refuses it with a comment. Requires a reviewer role for the evidence of the claim; not for
those who added or changed it.';

COMMENT ON FUNCTION "public"."run_automated_step"(uuid, integer) IS 'For the job of an automated step: runs its check on the content as it is now, and completes the step or fails the
review. Safe to repeat.';

COMMENT ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) IS 'Replaces the approval steps of a catalogue brand by [{name, reviewer_role}], in order; 409 with their number while
claims are in approval. Requires claim.write in a linked brand.';

COMMENT ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) IS 'Sets the markets that contents of a brand are checked for before they are published, and whether delivery lists the
claims of each content. Requires brand.update and claim.write. Raises 428 without a version, 412 where the settings have
another (1 until they are set), and 400 for markets without the country of the brand.';

COMMENT ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) IS 'Replaces the ingredients of a product. Requires a platform admin. Raises 428 without a version and 412 where the
product has another.';

COMMENT ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) IS 'Makes a workflow active, so that contents can be submitted to it, or archives it; reviews that have begun go on.
Refuses with 400 to activate what cannot work any more. Requires workflow.write.';

COMMENT ON FUNCTION "public"."settle_generation"(jsonb) IS 'Closes a generation, by a result of our functions: charges its cost, stores its output and, unless the content
has changed meanwhile or the guardrails hold it back, writes the proposal into the content. result: {userId,
generationId, status, output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort,
latencyMs, firstTokenMs, alignment, vettingFeedback, claimReview: {country, strictness, overall, violations,
findings}}';

COMMENT ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) IS 'As skip_step, for the named step of a content, or the open one in which the caller has a task, or the first open one.';

COMMENT ON FUNCTION "public"."submit_claim"(uuid) IS 'Puts a claim into approval. The claim has no effect until it is approved.';

COMMENT ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) IS 'Changes the columns named in changes; level, subject and approval are ignored. Raises 428 without a version and 412
where the claim has another version.';

COMMENT ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) IS 'Changes a catalogue brand. Requires a platform admin. Raises 428 without a version and 412 where it has another.';

COMMENT ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) IS 'Changes evidence, which then needs a review again. Requires that the caller may write the claim, and its version.';

COMMENT ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) IS 'Changes the delegate, the times or the reason of a delegation that has not ended.';

COMMENT ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) IS 'Changes an ingredient. Requires a platform admin. Raises 428 without a version and 412 where it has another.';

COMMENT ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) IS 'Changes whether a rule blocks (is_blocked) and what it puts in place (replacement_claim_id). Its claim, product and
market are fixed. Raises 428 without a version and 412 where the rule has another.';

COMMENT ON FUNCTION "public"."update_product"(uuid, integer, jsonb) IS 'Changes a product. Requires a platform admin. Raises 428 without a version and 412 where it has another.';

COMMENT ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) IS 'Replaces the values that are given in changes, steps as a whole. Reviews that have begun go on as they began. Refuses
with 412 and the current version where another update came first, with 400 what cannot work.';

COMMENT ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) IS 'Takes evidence out of use, with a reason. Requires that the caller may write the claim.';

COMMENT ON TABLE "private"."claim_catalogues" IS 'Counts the transactions that changed what a catalogue brand may claim. Without a row it has no claims.';

COMMENT ON TABLE "private"."claim_evidence" IS 'Documents that substantiate a claim. Only accepted ones that have not expired count.';

COMMENT ON TABLE "private"."claim_rules" IS 'Rules of markets for all texts, whatever claims a brand has. Reference data (data.sql).';

COMMENT ON TABLE "private"."claim_scopes" IS 'One row for each claim, subject (catalogue brand, product or ingredient) and country; none for archived claims. Written
by triggers.';

COMMENT ON TABLE "private"."claim_settings" IS 'How a brand works with claims; without a row by the defaults.';

COMMENT ON TABLE "private"."claim_tasks" IS 'What a brand has to look at because evidence ends or a claim changes. Without an assignee it is for its admins.';

COMMENT ON TABLE "private"."delegations" IS 'Who stands in for a person who is away: new tasks of the person go to the delegate. Written by commands only.';

COMMENT ON TABLE "private"."publication_claims" IS 'The claim bill of materials: each sentence of a publication that makes a claim, with the claim and its evidence as they
were at that moment. Written with the publication.';

COMMENT ON TABLE "public"."claim_reviewers" IS 'Which members of a tenant decide on the approval steps of a reviewer role.';

COMMENT ON TABLE "public"."claim_versions" IS 'A claim as it was after each change, decision and archiving. Level and subjects never change. Written by triggers.';

COMMENT ON TABLE "public"."vetting_feedback" IS 'What the vetting agencies of a market would say of one version of a content, for one step of its review, as a model
sees it. Kept once; producing it again by force replaces it.';

COMMENT ON TABLE "public"."workflow_versions" IS 'Workflows with their steps as they were after each change, for their history. Runs have copies of their own.';

COMMENT ON TYPE "private"."task_head" IS 'A task with its step, run, brand and content, as lists show it. is_open: it can be decided now. title: null where the
content is deleted. has_task and has_decided: a pending task, a decision, of the caller in the step.';

REVOKE ALL ON FUNCTION "private"."active_delegation"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."active_delegation"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."active_delegation"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."add_workflow"(uuid, jsonb, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."add_workflow"(uuid, jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."add_workflow"(uuid, jsonb, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_catalogue"(uuid, text, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_catalogue"(uuid, text, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_catalogue"(uuid, text, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_evidence"(private.claim_evidence, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_evidence"(private.claim_evidence, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_evidence"(private.claim_evidence, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_expiry"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_expiry"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_expiry"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_ingredient"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_ingredient"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_ingredient"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."answer_parts"(private.content_page, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."answer_parts"(private.content_page, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."answer_parts"(private.content_page, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."approval_brand"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."approval_brand"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."approval_brand"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ask_people"(public.workflow_instances, public.workflow_step_runs, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ask_people"(public.workflow_instances, public.workflow_step_runs, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ask_people"(public.workflow_instances, public.workflow_step_runs, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."assignment_brands"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."assignment_brands"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."assignment_brands"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."assignment_problems"(jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."assignment_problems"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."assignment_problems"(jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."assignments_in"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."assignments_in"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."assignments_in"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."automated_checks"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."automated_checks"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."automated_checks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."bounded_definition"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bounded_definition"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."bounded_definition"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_actions"(timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_actions"(timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_actions"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_page"(jsonb, bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_page"(jsonb, bigint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_page"(jsonb, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_round"(public.workflow_step_runs, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_round"(public.workflow_step_runs, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_round"(public.workflow_step_runs, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_actions"(public.claims, uuid[], boolean, uuid[], public.claim_approval_steps) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_actions"(public.claims, uuid[], boolean, uuid[], public.claim_approval_steps) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_actions"(public.claims, uuid[], boolean, uuid[], public.claim_approval_steps) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_answer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_answer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_answer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_brand_document"(public.master_claim_brands) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_brand_document"(public.master_claim_brands) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_brand_document"(public.master_claim_brands) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_check_details"(public.claim_reviews, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_check_details"(public.claim_reviews, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_check_details"(public.claim_reviews, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_check_document"(public.claim_reviews, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_check_document"(public.claim_reviews, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_check_document"(public.claim_reviews, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_documents"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_documents"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_documents"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_facts"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_facts"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_facts"(uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_matrix"(uuid[], jsonb, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_matrix"(uuid[], jsonb, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_matrix"(uuid[], jsonb, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_reference"(public.claims) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_reference"(public.claims) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_reference"(public.claims) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_sentences"(uuid[], uuid[], text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_sentences"(uuid[], uuid[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_sentences"(uuid[], uuid[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_settings_document"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_settings_document"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_settings_document"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_subject_documents"(public.claims, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_subject_documents"(public.claims, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_subject_documents"(public.claims, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_task_document"(private.claim_tasks) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_task_document"(private.claim_tasks) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_task_document"(private.claim_tasks) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_about"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_about"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_about"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_hold_until"(uuid, text[], timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_hold_until"(uuid, text[], timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_hold_until"(uuid, text[], timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_made"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_made"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_made"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_refusal"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_refusal"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_refusal"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_state"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claims_state"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."claims_state"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_state"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_state"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_to_match"(uuid, text, uuid[], timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_to_match"(uuid, text, uuid[], timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_to_match"(uuid, text, uuid[], timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."coming_steps"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."coming_steps"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."coming_steps"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."compared_part"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."compared_part"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."compared_part"(text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_holds"(public.contents, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_holds"(public.contents, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_holds"(public.contents, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_problem"(jsonb, uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_problem"(jsonb, uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_problem"(jsonb, uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_text"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_text"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_text"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_value"(public.contents, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_value"(public.contents, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_value"(public.contents, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."conflicting_overrides"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."conflicting_overrides"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."conflicting_overrides"(uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."contents_with_claim_obstacles"(uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."contents_with_claim_obstacles"(uuid[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."contents_with_claim_obstacles"(uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_claim_change"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_claim_change"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_claim_change"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_claim_changes"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_claim_changes"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_claim_changes"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."decided_since"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decided_since"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."decided_since"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) TO "postgres";

REVOKE ALL ON FUNCTION "private"."decisions_allowed"(private.task_head[], private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."decisions_allowed"(private.task_head[], private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."decisions_allowed"(private.task_head[], private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delegation_answer"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delegation_answer"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delegation_answer"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivered_claims"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivered_claims"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivered_claims"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."denies_claim_write"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."denies_claim_write"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."denies_claim_write"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."drafted_sentence"(text, integer, integer, integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."drafted_sentence"(text, integer, integer, integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."drafted_sentence"(text, integer, integer, integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."evidence_answer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."evidence_answer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_answer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."evidence_document"(private.claim_evidence, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."evidence_document"(private.claim_evidence, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_document"(private.claim_evidence, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."evidence_reviewer_roles"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."evidence_reviewer_roles"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_reviewer_roles"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."evidence_snapshot"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."evidence_snapshot"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_snapshot"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."evidence_state"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."evidence_state"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."evidence_state"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_state"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_state"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."evidence_state_of"(date, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."evidence_state_of"(date, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."evidence_state_of"(date, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expiry_mark"(date) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."expiry_mark"(date) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."expiry_mark"(date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."finished_runs"(uuid[], uuid, text, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."finished_runs"(uuid[], uuid, text, timestamp with time zone, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."finished_runs"(uuid[], uuid, text, timestamp with time zone, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."form_of"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."form_of"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."form_of"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."found_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."found_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."found_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."free_workflow_name"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."free_workflow_name"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."free_workflow_name"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."general_claims"(uuid[], text, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."general_claims"(uuid[], text, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."general_claims"(uuid[], text, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."general_subjects"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."general_subjects"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."general_subjects"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."give_task"(public.workflow_tasks, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."give_task"(public.workflow_tasks, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."give_task"(public.workflow_tasks, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hand_over_tasks"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hand_over_tasks"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."hand_over_tasks"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_edited_claim"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_edited_claim"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_edited_claim"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."holding_checks"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."holding_checks"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."holding_checks"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."holds_reviewer_role"(uuid, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."holds_reviewer_role"(uuid, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."holds_reviewer_role"(uuid, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."impact_effect"(public.claims, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."impact_effect"(public.claims, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."impact_effect"(public.claims, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_claim"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_claim"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_claim"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_key"(text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."imported_key"(text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."imported_key"(text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_names"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."imported_names"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."imported_names"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_subjects"(public.claim_level, text[], text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."imported_subjects"(public.claim_level, text[], text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."imported_subjects"(public.claim_level, text[], text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."ingredient_document"(public.ingredients, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."ingredient_document"(public.ingredients, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."ingredient_document"(public.ingredients, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_claim_of_product"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_claim_of_product"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_claim_of_product"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_own_claim"(public.claims, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_own_claim"(public.claims, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_own_claim"(public.claims, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_workflow_version"(public.workflows) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."keep_workflow_version"(public.workflows) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_workflow_version"(public.workflows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."last_decision"(public.contents, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."last_decision"(public.contents, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."last_decision"(public.contents, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_claim"(uuid, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_claim"(uuid, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_claim"(uuid, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_contents_of"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_contents_of"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_contents_of"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_delegations"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_delegations"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_delegations"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_evidence"(uuid, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_evidence"(uuid, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_evidence"(uuid, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_imported"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_imported"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_imported"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_task"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_task"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_task"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_workflow"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_workflow"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_workflow"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."locked_approval_step"(public.claims, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."locked_approval_step"(public.claims, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."locked_approval_step"(public.claims, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."markets_to_check"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."markets_to_check"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."markets_to_check"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."markets_to_check"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."markets_to_check"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "private"."markets_to_recheck"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."markets_to_recheck"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."markets_to_recheck"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."master_brands_ruling"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."master_brands_ruling"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."master_brands_ruling"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matrix_cells"(uuid[], text[], timestamp with time zone, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matrix_cells"(uuid[], text[], timestamp with time zone, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matrix_cells"(uuid[], text[], timestamp with time zone, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matrix_texts"(uuid[], text[], timestamp with time zone, text, public.claim_level[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matrix_texts"(uuid[], text[], timestamp with time zone, text, public.claim_level[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matrix_texts"(uuid[], text[], timestamp with time zone, text, public.claim_level[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_be_asked"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_be_asked"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_be_asked"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_close_claim_task"(private.claim_tasks) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_close_claim_task"(private.claim_tasks) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_close_claim_task"(private.claim_tasks) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_give_task"(public.workflow_tasks) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_give_task"(public.workflow_tasks) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_give_task"(public.workflow_tasks) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_read_claim"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_read_claim"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_read_claim"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_read_delegation"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_read_delegation"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_read_delegation"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_skip"(public.workflow_step_runs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_skip"(public.workflow_step_runs) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_skip"(public.workflow_step_runs) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_take_step"(public.workflow_step_runs, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_take_step"(public.workflow_step_runs, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_take_step"(public.workflow_step_runs, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."may_write_claim"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."may_write_claim"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."may_write_claim"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."member_ids"(jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."member_ids"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."member_ids"(jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."minutes_between"(timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."minutes_between"(timestamp with time zone, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."minutes_between"(timestamp with time zone, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."move_definitions"(uuid, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."move_definitions"(uuid, uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."move_definitions"(uuid, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."move_tasks"(uuid, uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."move_tasks"(uuid, uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."move_tasks"(uuid, uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."named_person"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."named_person"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."named_person"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."normal_definition"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."normal_definition"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."normal_definition"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_run"(public.workflow_instances, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_run"(public.workflow_instances, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."open_run"(public.workflow_instances, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_step_of"(public.contents, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."open_step_of"(public.contents, uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."open_step_of"(public.contents, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."other_admins"(public.workflow_step_runs, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."other_admins"(public.workflow_step_runs, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."other_admins"(public.workflow_step_runs, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."override_documents"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."override_documents"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."override_documents"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."overrides_in_force"(uuid[], text[], timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."overrides_in_force"(uuid[], text[], timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."overrides_in_force"(uuid[], text[], timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_approval"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_approval"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_approval"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_delegation"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_delegation"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_delegation"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_in_turn"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_in_turn"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_in_turn"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_of_brand"(uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_of_brand"(uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_of_brand"(uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_of_runs"(public.contents, public.workflow_instances) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_of_runs"(public.contents, public.workflow_instances) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_of_runs"(public.contents, public.workflow_instances) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_to_ask"(jsonb, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_to_ask"(jsonb, uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_to_ask"(jsonb, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_who_count"(public.workflow_step_runs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_who_count"(public.workflow_step_runs) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_who_count"(public.workflow_step_runs) TO "postgres";

REVOKE ALL ON FUNCTION "private"."person_of_definition"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_of_definition"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."person_of_definition"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."place_in"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."place_in"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."place_in"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plan_workflows"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plan_workflows"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plan_workflows"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."predefined_form"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."predefined_form"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."predefined_form"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."predefined_workflows"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."predefined_workflows"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."predefined_workflows"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."product_document"(public.products) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."product_document"(public.products) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."product_document"(public.products) TO "postgres";

REVOKE ALL ON FUNCTION "private"."products_named"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."products_named"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."products_named"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."prune_claim_checks"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."prune_claim_checks"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."prune_claim_checks"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."readable_product"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."readable_product"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."readable_product"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text, uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text, uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_action"(public.workflow_instances, public.workflow_step_runs, text, text, uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_claim_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_claim_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_claim_version"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_vetting_feedback"(public.ai_generations, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_vetting_feedback"(public.ai_generations, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_vetting_feedback"(public.ai_generations, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."record_workflow_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."record_workflow_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."record_workflow_version"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_archived"(public.claims) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_archived"(public.claims) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_archived"(public.claims) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_closed_task"(public.workflow_tasks) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_closed_task"(public.workflow_tasks) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_closed_task"(public.workflow_tasks) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_second_vetting"(public.contents, uuid, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_second_vetting"(public.contents, uuid, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_second_vetting"(public.contents, uuid, text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_used"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_used"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_used"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."repeat_run"(public.contents, public.workflow_instances) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."repeat_run"(public.contents, public.workflow_instances) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."repeat_run"(public.contents, public.workflow_instances) TO "postgres";

REVOKE ALL ON FUNCTION "private"."replacement_for"(uuid, text, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."replacement_for"(uuid, text, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."replacement_for"(uuid, text, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_approval_setup"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_approval_setup"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_approval_setup"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_claim_brands"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_claim_brands"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_claim_brands"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_decision"(public.contents, text, integer, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_decision"(public.contents, text, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_decision"(public.contents, text, integer, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_delegation_rights"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_delegation_rights"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_delegation_rights"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_markets"(text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_markets"(text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_markets"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_open_decision"(public.claims, public.claim_approval_steps, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_open_decision"(public.claims, public.claim_approval_steps, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_open_decision"(public.claims, public.claim_approval_steps, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_own_market"(uuid, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_own_market"(uuid, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_own_market"(uuid, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_present"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_present"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_present"(uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_product_in_use"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_product_in_use"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_product_in_use"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_products"(uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_products"(uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_products"(uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_sound_delegation"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_sound_delegation"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_sound_delegation"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_sound_workflow"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_sound_workflow"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_sound_workflow"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_subjects_in_use"(public.claim_level, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_subjects_in_use"(public.claim_level, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_subjects_in_use"(public.claim_level, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_version"(integer, integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_version"(integer, integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_version"(integer, integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_workflow_plan"(uuid, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_workflow_plan"(uuid, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_workflow_plan"(uuid, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone, text[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone, text[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."resolve_product_claims"(uuid[], text, timestamp with time zone, text[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_of"(uuid, text, integer, uuid, private.brand_access[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_of"(uuid, text, integer, uuid, private.brand_access[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_of"(uuid, text, integer, uuid, private.brand_access[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_verdict"(public.contents, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_verdict"(public.contents, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_verdict"(public.contents, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_verdicts"(public.contents, public.workflow_instances) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_verdicts"(public.contents, public.workflow_instances) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_verdicts"(public.contents, public.workflow_instances) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reviewer_document"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reviewer_document"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reviewer_document"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reviewers_of"(uuid, uuid[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reviewers_of"(uuid, uuid[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reviewers_of"(uuid, uuid[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reviews_evidence"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reviews_evidence"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reviews_evidence"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."run_check"(text, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."run_check"(text, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."run_check"(text, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."run_task_decision"(uuid, text, text, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."run_task_decision"(uuid, text, text, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."run_task_decision"(uuid, text, text, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."searched_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."searched_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."searched_tasks"(jsonb, uuid[], text, text, boolean, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shared_brands"(private.delegations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shared_brands"(private.delegations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shared_brands"(private.delegations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_findings"(jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_findings"(jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_findings"(jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_history"(public.workflow_instances, jsonb, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_history"(public.workflow_instances, jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_history"(public.workflow_instances, jsonb, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_path_people"(jsonb, uuid, uuid, private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_path_people"(jsonb, uuid, uuid, private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_path_people"(jsonb, uuid, uuid, private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_run"(public.workflow_instances, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_run"(public.workflow_instances, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_run"(public.workflow_instances, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_step_runs"(public.workflow_instances, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_step_runs"(public.workflow_instances, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_step_runs"(public.workflow_instances, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_steps"(jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_steps"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_steps"(jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_tasks"(uuid[], private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_tasks"(uuid[], private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_tasks"(uuid[], private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_workflow"(public.workflows, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_workflow"(public.workflows, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_workflow"(public.workflows, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stack_claims"(uuid[], text[], timestamp with time zone, text[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stack_claims"(uuid[], text[], timestamp with time zone, text[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stack_claims"(uuid[], text[], timestamp with time zone, text[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stand_ins"(uuid, public.workflow_step_runs, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stand_ins"(uuid, public.workflow_step_runs, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stand_ins"(uuid, public.workflow_step_runs, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."stand_ins_in"(uuid, jsonb, uuid, uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."stand_ins_in"(uuid, jsonb, uuid, uuid, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."stand_ins_in"(uuid, jsonb, uuid, uuid, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_problems"(jsonb, jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_problems"(jsonb, jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_problems"(jsonb, jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_reason"(jsonb, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_reason"(jsonb, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_reason"(jsonb, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."steps_before"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."steps_before"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."steps_before"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."steps_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."steps_of"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."steps_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."store_claim_checks"(public.contents, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."store_claim_checks"(public.contents, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."store_claim_checks"(public.contents, text, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."store_publication_claims"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."store_publication_claims"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."store_publication_claims"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_brands"(private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_brands"(private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_brands"(private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_conditions"(jsonb, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_conditions"(jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_conditions"(jsonb, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_heads"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_heads"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_heads"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_order"(text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_order"(text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_order"(text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."task_remarks"(private.task_head[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."task_remarks"(private.task_head[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."task_remarks"(private.task_head[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_claim_reviewers"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_claim_reviewers"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_claim_reviewers"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_evidence_reviewers"(private.claim_evidence) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_of_delegation"(private.delegations, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_of_delegation"(private.delegations, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_of_delegation"(private.delegations, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_fingerprint"(public.contents) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."text_fingerprint"(public.contents) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."text_fingerprint"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_fingerprint"(public.contents) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_fingerprint"(public.contents) TO "service_role";

REVOKE ALL ON FUNCTION "private"."texts_of_products"(uuid[], text, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."texts_of_products"(uuid[], text, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."texts_of_products"(uuid[], text, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unblock_step"(public.contents, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unblock_step"(public.contents, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unblock_step"(public.contents, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."version_as_read"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."version_as_read"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."version_as_read"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."vetting_facts"(jsonb, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."vetting_facts"(jsonb, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."vetting_facts"(jsonb, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."vetting_step"(public.contents, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."vetting_step"(public.contents, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."vetting_step"(public.contents, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."violating"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."violating"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."violating"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."waits_for"(text, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."waits_for"(text, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."waits_for"(text, jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."waits_on"(text, jsonb, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."waits_on"(text, jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."waits_on"(text, jsonb, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."with_members"(jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."with_members"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."with_members"(jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."workflow_answer"(public.workflows) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."workflow_answer"(public.workflows) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."workflow_answer"(public.workflows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."workflow_definition"(public.workflows) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."workflow_definition"(public.workflows) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."workflow_definition"(public.workflows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."workflow_problems"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."workflow_problems"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."workflow_problems"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."workflow_state"(public.workflows) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."workflow_state"(public.workflows) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."workflow_state"(public.workflows) TO "postgres";

REVOKE ALL ON FUNCTION "private"."workflow_warnings"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."workflow_warnings"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."workflow_warnings"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."write_steps"(public.workflows, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."write_steps"(public.workflows, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."write_steps"(public.workflows, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_claim_evidence"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_claim_reviewer"(uuid, uuid, text, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."announce_expiring_evidence"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."announce_expiring_evidence"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."announce_expiring_evidence"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."announce_expiring_evidence"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_claim"(uuid, boolean, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_claim_brand"(uuid, boolean, boolean, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_ingredient"(uuid, boolean, boolean, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_product"(uuid, boolean, boolean, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_decide_tasks"(text, jsonb, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_review"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_review"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."cancel_review"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_review"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."cancel_review"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."close_claim_task"(uuid, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."close_claim_task"(uuid, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."close_claim_task"(uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."close_claim_task"(uuid, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."close_claim_task"(uuid, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_claim"(jsonb, public.claim_level, public.claim_status, uuid[], text[], timestamp with time zone, timestamp with time zone, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_claim_brand"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_claim_brand"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_claim_brand"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_claim_brand"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_claim_brand"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_delegation"(uuid, timestamp with time zone, timestamp with time zone, uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_ingredient"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_ingredient"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_ingredient"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_ingredient"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_ingredient"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_market_override"(uuid, text, uuid, boolean, uuid, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_product"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_product"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_product"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_product"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_product"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_workflow"(uuid, jsonb, text, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."decide_on_task"(uuid, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delegate_review"(uuid, uuid, uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delete_workflow"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_workflow"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_workflow"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_workflow"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_workflow"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."duplicate_workflow"(uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_delegation"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."end_delegation"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_delegation"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_workflow_problems"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_ended_delegations"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_ended_delegations"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_ended_delegations"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_ended_delegations"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_claim"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_claim"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_claim"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_claim"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_claim"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_content_claims"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_content_claims"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_review"(uuid, uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_task"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_task"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_task"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_task"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_task"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_workflow"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_workflow"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_workflow"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_workflow"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_workflow"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."hand_over_open_tasks"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hand_over_open_tasks"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."hand_over_open_tasks"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."hand_over_open_tasks"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."hand_over_open_tasks"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."hand_over_task"(uuid, uuid, text, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."import_claims"(jsonb, boolean, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_approval_steps"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_approval_steps"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_approval_steps"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_approval_steps"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_approval_steps"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_brands"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_evidence"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_evidence"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_evidence"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_evidence"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_evidence"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_matrix"(text, uuid, uuid, timestamp with time zone, text, public.claim_level[], text[], text, text, integer, integer, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_reviewers"(uuid, uuid, text, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_tasks"(uuid, text, text, uuid, uuid, boolean, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claim_versions"(uuid, integer[], integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_claims"(uuid, uuid, uuid, uuid, public.claim_level[], public.claim_status[], text[], text, timestamp with time zone, text, text, text, boolean, boolean, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_delegations"(jsonb, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_evidence"(uuid, text[], date, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_ingredients"(uuid, uuid, text, boolean, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_market_matrix"(uuid, text[], timestamp with time zone, text, public.claim_level[], text[], text, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_market_overrides"(uuid, uuid, uuid, uuid, text, uuid, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_override_conflicts"(uuid, uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_predefined_workflows"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_predefined_workflows"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_predefined_workflows"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_predefined_workflows"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_predefined_workflows"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_products"(uuid, uuid, uuid, uuid, text, boolean, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_stacked_claims"(uuid, text, timestamp with time zone, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_tasks"(jsonb, text, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_vetting_feedback"(uuid, uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_workflow_versions"(uuid, integer, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_workflows"(uuid, text, text, text, text, boolean, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."open_claim_tasks"(uuid, uuid, uuid, jsonb, uuid, date) TO "service_role";

REVOKE ALL ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."override_claim_check"(uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."queue_claim_checks"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."queue_claim_checks"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_claim_checks"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_claim_checks"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_assignments"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_assignments"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_assignments"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_assignments"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_assignments"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claim_approval"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claim_approval"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claim_approval"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_approval"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_approval"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claim_check"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claim_check"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claim_check"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_check"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_check"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claim_settings"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claim_settings"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claim_settings"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_settings"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_settings"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claims_to_check"(uuid, uuid, text[], uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claims_to_recheck"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."read_claims_to_recheck"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claims_to_recheck"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claims_to_recheck"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_review_figures"(timestamp with time zone, timestamp with time zone, uuid, uuid, text, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_task_counts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_task_counts"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_task_counts"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_task_counts"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_task_counts"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reassign_assignments"(uuid, uuid, uuid[], text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reassign_review"(uuid, uuid, uuid, uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_claim_check"(uuid, integer, text, text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_claim_recheck"(uuid, text, text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."remove_claim_reviewer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."remove_claim_reviewer"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."remove_claim_reviewer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_claim_reviewer"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."remove_claim_reviewer"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."resume_review"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resume_review"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."resume_review"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."resume_review"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."resume_review"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."review_claim_evidence"(uuid, uuid, text, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."run_automated_step"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."run_automated_step"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_automated_step"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_automated_step"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_claim_settings"(uuid, text[], boolean, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_product_ingredients"(uuid, integer, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_workflow_state"(uuid, text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."skip_review_step"(uuid, text, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."submit_claim"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."submit_claim"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."submit_claim"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_claim"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_claim"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim_brand"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_claim_evidence"(uuid, uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_delegation"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_ingredient"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_market_override"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_product"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_product"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_product"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_product"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_product"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_workflow"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_claim_evidence"(uuid, uuid, text, integer) TO "service_role";

REVOKE ALL ON TABLE "public"."brand_master_claim_brands" FROM "authenticated";

GRANT SELECT ON TABLE "public"."brand_master_claim_brands" TO "authenticated";

REVOKE ALL ON TABLE "public"."claim_approval_steps" FROM "authenticated";

GRANT SELECT ON TABLE "public"."claim_approval_steps" TO "authenticated";

REVOKE ALL ("is_amended") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("is_amended") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("reviewer_role") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("reviewer_role") ON TABLE "public"."claim_approvals" TO "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."claim_reviewers" TO "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."claim_reviewers" TO "authenticated";

GRANT SELECT ("master_claim_brand_id") ON TABLE "public"."claim_reviewers" TO "authenticated";

GRANT SELECT ("reviewer_role") ON TABLE "public"."claim_reviewers" TO "authenticated";

GRANT SELECT ("user_id") ON TABLE "public"."claim_reviewers" TO "authenticated";

GRANT SELECT ("approval_position") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("approval") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("archived_at") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("category") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("claim_id") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("countries") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("documentation_urls") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("effective_from") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("effective_to") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("notes") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("regulatory_references") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("status") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("text") ON TABLE "public"."claim_versions" TO "authenticated";

GRANT SELECT ("version") ON TABLE "public"."claim_versions" TO "authenticated";

REVOKE ALL ("archived_at") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("archived_at") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("archived_at") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("archived_at") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("description") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("archived_at") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("archived_at") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ON TABLE "public"."product_ingredients" FROM "authenticated";

GRANT SELECT ON TABLE "public"."product_ingredients" TO "authenticated";

REVOKE ALL ("archived_at") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("archived_at") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("description") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("master_claim_brand_id") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("master_claim_brand_id") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."products" TO "authenticated";

GRANT SELECT ON TABLE "public"."vetting_feedback" TO "authenticated";

REVOKE ALL ON TABLE "public"."workflow_step_assignees" FROM "authenticated";

GRANT SELECT ON TABLE "public"."workflow_step_assignees" TO "authenticated";

REVOKE ALL ON TABLE "public"."workflow_steps" FROM "authenticated";

GRANT SELECT ON TABLE "public"."workflow_steps" TO "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."workflow_versions" TO "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."workflow_versions" TO "authenticated";

GRANT SELECT ("definition") ON TABLE "public"."workflow_versions" TO "authenticated";

GRANT SELECT ("version") ON TABLE "public"."workflow_versions" TO "authenticated";

GRANT SELECT ("workflow_id") ON TABLE "public"."workflow_versions" TO "authenticated";

REVOKE ALL ON TABLE "public"."workflows" FROM "authenticated";

GRANT SELECT ON TABLE "public"."workflows" TO "authenticated";

ALTER TABLE "private"."claim_tasks" ADD CONSTRAINT "claim_tasks_evidence_id_fkey" FOREIGN KEY (evidence_id) REFERENCES private.claim_evidence(id) ON DELETE CASCADE;

CREATE INDEX claim_evidence_claim_id_idx ON private.claim_evidence USING btree (claim_id, id);

CREATE INDEX claim_tasks_list_idx ON private.claim_tasks USING btree (brand_id, state, due_on, id);

GRANT SELECT ("id") ON TABLE "public"."claim_reviewers" TO "authenticated";

CREATE INDEX vetting_feedback_content_id_idx ON public.vetting_feedback USING btree (content_id, brand_id, id);

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_findings_check" CHECK (((jsonb_typeof(findings) = 'array'::text) AND private.is_sound_json(findings, 4000000)));

ALTER TABLE "public"."claim_reviews" ADD CONSTRAINT "claim_reviews_product_ids_check" CHECK (private.is_list(product_ids, 200));

ALTER TABLE "public"."plans" ADD CONSTRAINT "plans_workflows_check" CHECK (private.are_texts(workflows, 10, 50));

CREATE INDEX workflow_tasks_chase_idx ON public.workflow_tasks USING btree (brand_id, private.chase_at(created_at, due_at, reminded_at, reminder_percent), id) WHERE ((status = 'pending'::public.task_status) AND (escalated_at IS NULL));

-- The plans of domain §11; null is unlimited.
insert into public.plans (
  name, brands, users, contents_per_month, generations_per_month, templates, storage_bytes, has_api, has_sso,
  workflows
)
values
('starter', 3, 20, 100, 1000, 10, 10737418240, false, false, '{simple_review}'),
('professional', 10, 100, 1000, 5000, 50, 107374182400, true, false, '{simple_review,marketing_legal,custom}'),
('enterprise', null, null, null, null, null, 1099511627776, true, true, null)
on conflict (name) do update set
  brands = excluded.brands,
  users = excluded.users,
  contents_per_month = excluded.contents_per_month,
  generations_per_month = excluded.generations_per_month,
  templates = excluded.templates,
  storage_bytes = excluded.storage_bytes,
  has_api = excluded.has_api,
  has_sso = excluded.has_sso,
  workflows = excluded.workflows
where (
  plans.brands,
  plans.users,
  plans.contents_per_month,
  plans.generations_per_month,
  plans.templates,
  plans.storage_bytes,
  plans.has_api,
  plans.has_sso,
  plans.workflows
) is distinct from (
  excluded.brands,
  excluded.users,
  excluded.contents_per_month,
  excluded.generations_per_month,
  excluded.templates,
  excluded.storage_bytes,
  excluded.has_api,
  excluded.has_sso,
  excluded.workflows
);

-- ISO 3166-1.
insert into public.countries (code, name)
values
('AD', 'Andorra'), ('AE', 'United Arab Emirates'), ('AF', 'Afghanistan'), ('AG', 'Antigua and Barbuda'),
('AI', 'Anguilla'), ('AL', 'Albania'), ('AM', 'Armenia'), ('AO', 'Angola'), ('AQ', 'Antarctica'), ('AR', 'Argentina'),
('AS', 'Samoa (American)'), ('AT', 'Austria'), ('AU', 'Australia'), ('AW', 'Aruba'), ('AX', 'Åland Islands'),
('AZ', 'Azerbaijan'), ('BA', 'Bosnia and Herzegovina'), ('BB', 'Barbados'), ('BD', 'Bangladesh'), ('BE', 'Belgium'),
('BF', 'Burkina Faso'), ('BG', 'Bulgaria'), ('BH', 'Bahrain'), ('BI', 'Burundi'), ('BJ', 'Benin'),
('BL', 'St Barthelemy'), ('BM', 'Bermuda'), ('BN', 'Brunei'), ('BO', 'Bolivia'), ('BQ', 'Caribbean NL'),
('BR', 'Brazil'), ('BS', 'Bahamas'), ('BT', 'Bhutan'), ('BV', 'Bouvet Island'), ('BW', 'Botswana'), ('BY', 'Belarus'),
('BZ', 'Belize'), ('CA', 'Canada'), ('CC', 'Cocos (Keeling) Islands'), ('CD', 'Congo (Dem. Rep.)'),
('CF', 'Central African Rep.'), ('CG', 'Congo (Rep.)'), ('CH', 'Switzerland'), ('CI', 'Côte d''Ivoire'),
('CK', 'Cook Islands'), ('CL', 'Chile'), ('CM', 'Cameroon'), ('CN', 'China'), ('CO', 'Colombia'),
('CR', 'Costa Rica'), ('CU', 'Cuba'), ('CV', 'Cape Verde'), ('CW', 'Curaçao'), ('CX', 'Christmas Island'),
('CY', 'Cyprus'), ('CZ', 'Czech Republic'), ('DE', 'Germany'), ('DJ', 'Djibouti'), ('DK', 'Denmark'),
('DM', 'Dominica'), ('DO', 'Dominican Republic'), ('DZ', 'Algeria'), ('EC', 'Ecuador'), ('EE', 'Estonia'),
('EG', 'Egypt'), ('EH', 'Western Sahara'), ('ER', 'Eritrea'), ('ES', 'Spain'), ('ET', 'Ethiopia'), ('FI', 'Finland'),
('FJ', 'Fiji'), ('FK', 'Falkland Islands'), ('FM', 'Micronesia'), ('FO', 'Faroe Islands'), ('FR', 'France'),
('GA', 'Gabon'), ('GB', 'United Kingdom'), ('GD', 'Grenada'), ('GE', 'Georgia'), ('GF', 'French Guiana'),
('GG', 'Guernsey'), ('GH', 'Ghana'), ('GI', 'Gibraltar'), ('GL', 'Greenland'), ('GM', 'Gambia'), ('GN', 'Guinea'),
('GP', 'Guadeloupe'), ('GQ', 'Equatorial Guinea'), ('GR', 'Greece'),
('GS', 'South Georgia and the South Sandwich Islands'), ('GT', 'Guatemala'), ('GU', 'Guam'), ('GW', 'Guinea-Bissau'),
('GY', 'Guyana'), ('HK', 'Hong Kong'), ('HM', 'Heard Island and McDonald Islands'), ('HN', 'Honduras'),
('HR', 'Croatia'), ('HT', 'Haiti'), ('HU', 'Hungary'), ('ID', 'Indonesia'), ('IE', 'Ireland'), ('IL', 'Israel'),
('IM', 'Isle of Man'), ('IN', 'India'), ('IO', 'British Indian Ocean Territory'), ('IQ', 'Iraq'), ('IR', 'Iran'),
('IS', 'Iceland'), ('IT', 'Italy'), ('JE', 'Jersey'), ('JM', 'Jamaica'), ('JO', 'Jordan'), ('JP', 'Japan'),
('KE', 'Kenya'), ('KG', 'Kyrgyzstan'), ('KH', 'Cambodia'), ('KI', 'Kiribati'), ('KM', 'Comoros'),
('KN', 'St Kitts and Nevis'), ('KP', 'Korea (North)'), ('KR', 'Korea (South)'), ('KW', 'Kuwait'),
('KY', 'Cayman Islands'), ('KZ', 'Kazakhstan'), ('LA', 'Laos'), ('LB', 'Lebanon'), ('LC', 'St Lucia'),
('LI', 'Liechtenstein'), ('LK', 'Sri Lanka'), ('LR', 'Liberia'), ('LS', 'Lesotho'), ('LT', 'Lithuania'),
('LU', 'Luxembourg'), ('LV', 'Latvia'), ('LY', 'Libya'), ('MA', 'Morocco'), ('MC', 'Monaco'), ('MD', 'Moldova'),
('ME', 'Montenegro'), ('MF', 'Saint Martin'), ('MG', 'Madagascar'), ('MH', 'Marshall Islands'),
('MK', 'North Macedonia'), ('ML', 'Mali'), ('MM', 'Myanmar (Burma)'), ('MN', 'Mongolia'), ('MO', 'Macau'),
('MP', 'Northern Mariana Islands'), ('MQ', 'Martinique'), ('MR', 'Mauritania'), ('MS', 'Montserrat'), ('MT', 'Malta'),
('MU', 'Mauritius'), ('MV', 'Maldives'), ('MW', 'Malawi'), ('MX', 'Mexico'), ('MY', 'Malaysia'), ('MZ', 'Mozambique'),
('NA', 'Namibia'), ('NC', 'New Caledonia'), ('NE', 'Niger'), ('NF', 'Norfolk Island'), ('NG', 'Nigeria'),
('NI', 'Nicaragua'), ('NL', 'Netherlands'), ('NO', 'Norway'), ('NP', 'Nepal'), ('NR', 'Nauru'), ('NU', 'Niue'),
('NZ', 'New Zealand'), ('OM', 'Oman'), ('PA', 'Panama'), ('PE', 'Peru'), ('PF', 'French Polynesia'),
('PG', 'Papua New Guinea'), ('PH', 'Philippines'), ('PK', 'Pakistan'), ('PL', 'Poland'),
('PM', 'St Pierre and Miquelon'), ('PN', 'Pitcairn'), ('PR', 'Puerto Rico'), ('PS', 'Palestine'), ('PT', 'Portugal'),
('PW', 'Palau'), ('PY', 'Paraguay'), ('QA', 'Qatar'), ('RE', 'Réunion'), ('RO', 'Romania'), ('RS', 'Serbia'),
('RU', 'Russia'), ('RW', 'Rwanda'), ('SA', 'Saudi Arabia'), ('SB', 'Solomon Islands'), ('SC', 'Seychelles'),
('SD', 'Sudan'), ('SE', 'Sweden'), ('SG', 'Singapore'), ('SH', 'St Helena'), ('SI', 'Slovenia'),
('SJ', 'Svalbard and Jan Mayen'), ('SK', 'Slovakia'), ('SL', 'Sierra Leone'), ('SM', 'San Marino'), ('SN', 'Senegal'),
('SO', 'Somalia'), ('SR', 'Suriname'), ('SS', 'South Sudan'), ('ST', 'Sao Tome and Principe'), ('SV', 'El Salvador'),
('SX', 'Sint Maarten'), ('SY', 'Syria'), ('SZ', 'Eswatini (Swaziland)'), ('TC', 'Turks and Caicos Is'),
('TD', 'Chad'), ('TF', 'French S. Terr.'), ('TG', 'Togo'), ('TH', 'Thailand'), ('TJ', 'Tajikistan'),
('TK', 'Tokelau'), ('TL', 'East Timor'), ('TM', 'Turkmenistan'), ('TN', 'Tunisia'), ('TO', 'Tonga'), ('TR', 'Turkey'),
('TT', 'Trinidad and Tobago'), ('TV', 'Tuvalu'), ('TW', 'Taiwan'), ('TZ', 'Tanzania'), ('UA', 'Ukraine'),
('UG', 'Uganda'), ('UM', 'US minor outlying islands'), ('US', 'United States'), ('UY', 'Uruguay'),
('UZ', 'Uzbekistan'), ('VA', 'Vatican City'), ('VC', 'St Vincent'), ('VE', 'Venezuela'),
('VG', 'Virgin Islands (UK)'), ('VI', 'Virgin Islands (US)'), ('VN', 'Vietnam'), ('VU', 'Vanuatu'),
('WF', 'Wallis and Futuna'), ('WS', 'Samoa (western)'), ('YE', 'Yemen'), ('YT', 'Mayotte'), ('ZA', 'South Africa'),
('ZM', 'Zambia'), ('ZW', 'Zimbabwe')
on conflict (code) do update set
  name = excluded.name
where countries.name is distinct from excluded.name;

-- What the authorities of a market say about all texts (domain §6).
insert into private.claim_rules (id, markets, kind, phrases, required, message)
select
  given.id,
  string_to_array(
    case
      when given.markets = 'EU'
        then 'AT,BE,BG,CY,CZ,DE,DK,EE,ES,FI,FR,GR,HR,HU,IE,IT,LT,LU,LV,MT,NL,PL,PT,RO,SE,SI,SK'
      else given.markets
    end,
    ','
  ) as markets,
  given.kind,
  string_to_array(given.phrases, ', ') as phrases,
  string_to_array(given.required, ', ') as required,
  given.message
from (
  values
  (
    'us.disease', 'US', 'barred',
    'cure, cures, cured, cure for, heals, treats, treats disease, prevents disease, diagnoses, mitigates disease', '',
    'Only drugs may be said to cure, treat, prevent or diagnose.'
  ),
  (
    'us.agency', 'US', 'barred',
    'fda approved, approved by the fda, fda certified, fda cleared, fda registered, usda approved, epa approved', '',
    'No agency may be said to approve or endorse a product.'
  ),
  (
    'us.structure_function', 'US', 'text',
    'immune, immunity, heart health, healthy heart, digestion, digestive, gut health',
    'these statements have not been evaluated by the food and drug administration',
    'Statements about immunity, heart or digestion need the disclaimer of the FDA.'
  ),
  (
    'us.environment', 'US', 'evidence',
    'eco friendly, environmentally friendly, biodegradable, compostable, recyclable, carbon neutral, climate neutral, '
    || 'sustainable', '',
    'Environmental terms need substantiation.'
  ),
  (
    'eu.health', 'EU', 'register',
    'immune, immunity, heart health, healthy heart, digestion, digestive, gut health, bone health, '
    || 'lowers cholesterol, reduces cholesterol, boosts metabolism, good for your health', '',
    'Health claims must be on the register of authorised claims.'
  ),
  (
    'eu.permanence', 'EU', 'barred',
    'anti ageing, anti aging, antiageing, antiaging, permanent result*, permanently removes, permanently erases, '
    || 'reverses ageing, reverses aging', '',
    'Cosmetics may not be said to stop ageing or to have permanent results.'
  ),
  (
    'eu.clinical', 'EU', 'evidence',
    'clinically proven, clinically tested, clinical stud*, dermatologically tested, dermatologist tested, '
    || 'dermatologist approved', '',
    'Clinical and dermatological wording needs evidence.'
  ),
  ('ca.languages', 'CA', 'languages', '', 'en, fr', 'Texts must be in English and in French.'),
  (
    'ca.natural_health', 'CA', 'text',
    'natural health product*, dietary supplement*, herbal remedy, herbal remedies, multivitamin*', 'NPN 00000000',
    'Natural health products must show their number (NPN).'
  )
) as given (id, markets, kind, phrases, required, message)
on conflict (id) do update set
  markets = excluded.markets,
  kind = excluded.kind,
  phrases = excluded.phrases,
  required = excluded.required,
  message = excluded.message
where to_jsonb(claim_rules) is distinct from to_jsonb(excluded);

insert into private.ai_tools (type, permission, writes_content, uses_writing)
values
('content_generation', 'ai.use', true, true),
('field_generation', 'ai.use', true, true),
('regeneration', 'ai.use', true, true),
('metadata_generation', 'ai.use', true, false),
('alt_text', 'ai.use', false, false),
('transcreation', 'ai.use', false, true),
('brand_analysis', 'brand.update', false, false),
('claim_review', 'ai.use', false, false),
('title_suggestion', 'ai.use', false, true),
('keyword_extraction', 'ai.use', false, false),
('replacement_suggestion', 'ai.use', false, false),
('guardrail_check', 'ai.use', false, false),
('claim_styling', 'ai.use', false, false),
('claim_simplification', 'ai.use', false, false),
('vetting_feedback', 'ai.use', false, false)
on conflict (type) do update set
  permission = excluded.permission,
  writes_content = excluded.writes_content,
  uses_writing = excluded.uses_writing
where (ai_tools.permission, ai_tools.writes_content, ai_tools.uses_writing) is distinct from (
  excluded.permission, excluded.writes_content, excluded.uses_writing
);

insert into public.ai_prices (provider, model, effective_from, input_per_1000, output_per_1000)
values
('anthropic', '*', '2024-01-01', 0.015, 0.075),
('anthropic', 'claude-3-opus', '2024-01-01', 0.015, 0.075),
('azure_openai', '*', '2024-01-01', 0.03, 0.06),
('azure_openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('azure_openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('azure_openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('local', '*', '2024-01-01', 0, 0),
('openai', '*', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-3.5-turbo', '2024-01-01', 0.001, 0.002),
('openai', 'gpt-4', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('openai', 'text-embedding-ada-002', '2024-01-01', 0.0001, 0)
on conflict (provider, model, effective_from) do update set
  input_per_1000 = excluded.input_per_1000,
  output_per_1000 = excluded.output_per_1000
where (ai_prices.input_per_1000, ai_prices.output_per_1000) is distinct from (
  excluded.input_per_1000, excluded.output_per_1000
);

-- By hand: revoking from a table takes the privileges on its columns too.
grant select (id, name, description, archived_at, version, created_at, updated_at) on public.ingredients to authenticated;

-- By hand: revoking from a table takes the privileges on its columns too.
grant select (id, name, archived_at, version, created_at, updated_at) on public.master_claim_brands to authenticated;

-- By hand: revoking from a table takes the privileges on its columns too.
grant select (id, master_claim_brand_id, name, description, archived_at, version, created_at, updated_at) on public.products to authenticated;

-- By hand: workflows that are older than the table of versions keep the version that they have.
insert into public.workflow_versions (workflow_id, version, brand_id, definition, created_by)
select workflows.id, workflows.version, workflows.brand_id, private.workflow_definition(workflows), workflows.updated_by
from public.workflows
on conflict do nothing;

-- By hand. Claims keep their versions from here on, and resolution reads times and approval in claim_scopes.
insert into public.claim_versions (
  claim_id, version, text, status, countries, effective_from, effective_to, category, regulatory_references,
  documentation_urls, notes, approval, approval_position, archived_at, created_by, created_at
)
select
  id, version, text, status, countries, effective_from, effective_to, category, regulatory_references,
  documentation_urls, notes, approval, approval_position, archived_at, updated_by, updated_at
from public.claims;
select private.replace_claim_scopes(claims) from public.claims;

-- By hand. Brands with claims: their contents are checked before they are published.
insert into private.claim_catalogues (master_claim_brand_id)
select distinct found.master_claim_brand_id
from (
  select claims.master_claim_brand_id from public.claims where claims.level = 'brand'
  union
  select products.master_claim_brand_id
  from public.claim_subjects as subject
  left join public.product_ingredients as part on part.ingredient_id = subject.ingredient_id
  inner join public.products on products.id in (subject.product_id, part.product_id)
) as found
where found.master_claim_brand_id is not null
on conflict do nothing;

-- By hand: reviews by models were bound to a version, which may be an autosave that is dropped.
update public.claim_reviews as review
set checked_text = md5(private.edited_part(checked.snapshot)::text)
from public.content_versions as checked
where
  checked.content_id = review.content_id and checked.version = review.content_version
  and review.checked_text is null and review.violations > 0;

-- By hand: reviews that have begun escalate to whom their workflow names now.
update public.workflow_instances as run
set escalate_to = workflows.escalate_to
from public.workflows
where workflows.id = run.workflow_id and run.status = 'active' and workflows.escalate_to is not null;
