"""The groups of operations, in the order in which a reader of the reference meets them."""

from typing import Any, Final

TAGS: Final = {
    "auth": "Sign in, refresh the tokens and sign out.",
    "secondFactors": "Your second factors: TOTP apps, passkeys and backup codes.",
    "singleSignOn": "Sign in by the identity provider of your organisation, with SAML 2.0 or OpenID Connect.",
    "passwords": "Change your password, or reset it by an emailed link.",
    "emailAddresses": "Verify and change your email address by emailed links.",
    "sessions": "Your open sessions.",
    "devices": "The devices that skip your second factor.",
    "apiKeys": "API keys, by which programs call this API in your name.",
    "users": "Your profile, preferences and data, and the people of your brands.",
    "invitations": "Invitations of people to brands.",
    "permissions": "The permissions of roles, and your own.",
    "brands": "Brands: the tenants of the platform, with their voice, guardrails and settings.",
    "members": "The members of a brand and their roles.",
    "agencies": "The vetting agencies of a brand.",
    "quotas": "The quotas of a brand's plan, and their use.",
    "templates": "Templates: the forms from which contents are made, and their versions.",
    "workflows": "Workflows: how contents are reviewed, by whom and until when; checks and dry runs of them.",
    "contents": "Contents: create, read, list, search, change, delete and restore.",
    "versions": "The versions of a content: list, compare, save and restore.",
    "comments": "Comments on contents.",
    "claimBrands": "Claim brands: the brands of the regulatory catalogue, and the brands that are linked to them.",
    "products": "The products of claim brands, and their ingredients.",
    "ingredients": "Ingredients of products.",
    "claims": "Claims with their versions, and which of them hold for a product in a market.",
    "claimApprovals": "The approval of claims: its steps, reviewers and decisions.",
    "marketOverrides": "Rules of a market that block, replace or exempt a claim for a product.",
    "contentTypes": "The types of content.",
    "languages": "The languages of contents.",
    "countries": "The countries of brands and markets.",
    "activity": "What happened in a brand, newest first.",
    "events": "The log of a brand: every event once, by page or as a stream, from a place of yours on.",
    "tasks": "Requests to decide steps of reviews, and the assignments of people who leave.",
    "delegations": "Delegates of people who are away.",
    "reviews": "Reviews of contents by workflows: their steps, their history, the acts on them, and their figures.",
    "notifications": "What you are told, where and when, and whom a content tells.",
    "mail": "How mails of brands are addressed, and unsubscribing by a link.",
    "mailHooks": "What providers of mail report. Called by SendGrid and SNS only.",
    "transfers": "Many contents at once: bulk commands, import, export and streaming.",
    "claimChecks": "Checks of texts against claims and rules of markets, and what publications claim.",
    "claimEvidence": "The documents that substantiate claims, and their review.",
    "claimImpact": "What a change of a claim touches, the tasks that follow, and the claim settings of brands.",
    "delivery": "Published contents for websites, without sign-in.",
    "graphql": "GraphQL: the same services by documents of your own, and published contents by documents of known ids.",
    "channels": "Channels: where a brand's contents are published besides our own delivery, with checks and dry runs.",
    "publications": "The ways of contents to their channels: steps, failures, and what was undone.",
    "webhooks": "Webhooks: where the events of a brand are sent, and what became of each.",
    "ai": "Texts, titles, metadata and reviews by AI, and what they cost.",
    "deadLetters": "Background work that failed too often and was set aside, for platform admins.",
    "auditLog": "The record of security-relevant actions, for administrators.",
    "ssoConnections": "Connections to identity providers, for administrators of the platform.",
    "hooks": "Signed events of other systems: providers of mail, and the database.",
    "system": "Health, and the settings that a browser needs.",
    "cron": "Scheduled work. Called by the platform's scheduler only.",
}


class UnknownTagError(Exception):
    """A tag of a router that has no description here."""


def used_tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    """Returns the declarations of the tags that operations use; raises UnknownTagError for one without description."""
    used = {tag for operations in paths.values() for operation in operations.values() for tag in operation["tags"]}
    unknown = sorted(used - TAGS.keys())
    if unknown:
        raise UnknownTagError(f"describe these tags in tools/openapi/tags.py: {', '.join(unknown)}")
    return [{"name": name, "description": text} for name, text in TAGS.items() if name in used]
