"""The inputs and outputs of the operations on brands."""

from lib.brand.models.agencies import Agency, AgencyChanges, NewAgency
from lib.brand.models.brands import Brand, BrandChanges, BrandCounts, BrandListed, BrandRead, NewBrand
from lib.brand.models.delivery import DeliverySettings, DeliverySettingsRead, DeliverySettingsRequest
from lib.brand.models.members import BrandMembership, InvitedColleague, Member, MemberAssignment
from lib.brand.models.workflows import WorkflowAssignments

__all__ = [
    "Agency",
    "AgencyChanges",
    "Brand",
    "BrandChanges",
    "BrandCounts",
    "BrandListed",
    "BrandMembership",
    "BrandRead",
    "DeliverySettings",
    "DeliverySettingsRead",
    "DeliverySettingsRequest",
    "InvitedColleague",
    "Member",
    "MemberAssignment",
    "NewAgency",
    "NewBrand",
    "WorkflowAssignments",
]
