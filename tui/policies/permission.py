"""Whether the policies of the caller and of the resource together grant a request, and what limits them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui.policies.arn import CallerKind, parse_arn
from tui.policies.evaluate import Asked, Verdict
from tui.policies.grant import Truth, allows, both, either, grants_of

IDENTITY, RESOURCE = "identity policy", "resource policy"
BOUNDARY, SESSION = "permissions boundary", "session policy"
_NOT_GIVEN = "it depends on the identity policy, which was not given"
_SESSION_NEEDED = "it depends on the session policy: without one a federated user may do nothing"
_RESOURCE_RULES = "it depends on the policy of the resource, which was not given: for this action it must allow"
_ENTERING = {"sts:assumerole", "sts:tagsession", "sts:setsourceidentity"}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be so for a request to be allowed; `met` None: it cannot be told."""

    layer: str
    met: Truth
    because: str
    verdict: Verdict | None = None


class Permission:
    """The grant of one request. `verdicts`: by layer, what each policy of it says; no entry: none was given."""

    def __init__(self, asked: Asked, verdicts: Mapping[str, Sequence[Verdict]]) -> None:
        self.asked = asked
        self.caller = asked.caller
        self.verdicts = verdicts
        self.resource = next(iter(verdicts.get(RESOURCE, ())), None)
        self.grants = grants_of(self.resource, self.caller) if self.resource else None

    def need(self) -> Need:
        """What is granted, and by which policy or for want of which."""
        if self.asked.action == "sts:getcalleridentity":
            # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
            return Need("", met=True, because="sts:GetCallerIdentity needs no permission")
        if not self.caller.is_signed:
            return self._unsigned()
        if self.resource_account() not in {"", self.caller.account}:
            return self._across()
        own, limits = self._identity(), self.limits()
        side = both(own.met, limits.met)
        mine = own if own.met is not True else limits
        if self._resource_rules():
            return self._ruled_by_resource(side, own, mine)
        if self.grants is None:
            return Need(mine.layer, side, own.because if side else mine.because, mine.verdict)
        met = either(side, self.grants.direct, both(self.grants.to_role, limits.met))
        if met is True and side is not True:
            return Need(RESOURCE, met=True, because="the resource policy allows it", verdict=self.resource)
        because = own.because if met else f"{mine.because}; {self._of_resource()}"
        return Need(mine.layer, met, because, mine.verdict)

    def resource_account(self) -> str:
        """Whose the resource is; '' if nothing tells."""
        value = self.asked.context.look("aws:ResourceAccount")
        if isinstance(value, tuple) and value:
            return value[0]
        arn = parse_arn(self.asked.request.resource)
        return self.asked.request.resource_account or (arn.account if arn else "")

    def limits(self) -> Need:
        """Boundary and session policy. The root user has no boundary; a federated user needs a session policy."""
        for layer in (BOUNDARY, SESSION):
            if layer == BOUNDARY and self.caller.kind is CallerKind.ROOT:
                continue
            for verdict in self.verdicts.get(layer, ()):
                if allows(verdict) is not True:
                    return Need(layer, allows(verdict), f"the {layer}: {verdict.because}", verdict)
        if self.caller.kind is CallerKind.FEDERATED_USER and SESSION not in self.verdicts:
            return Need(SESSION, None, _SESSION_NEEDED)
        return Need("", met=True, because="nothing limits it")

    def _resource_rules(self) -> bool:
        """Whether nobody gets by the resource's own policy, also within an account: keys, and roles to be assumed.

        https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
        """
        if self.asked.service == "kms":
            return self.asked.request.resource != "*"
        return self.asked.action in _ENTERING

    def _ruled_by_resource(self, side: Truth, own: Need, mine: Need) -> Need:
        """Own policies count only as far as the resource's policy leaves it to the account."""
        if self.grants is None:
            return Need(RESOURCE, None, _RESOURCE_RULES)
        limits = self.limits().met
        met = either(both(side, self.grants.to_account), self.grants.direct, both(self.grants.to_role, limits))
        if met is True:
            because = own.because if side else "the resource policy allows it"
        else:
            because = mine.because if self.grants.any else self._of_resource()
        return Need(RESOURCE, met, because, self.resource)

    def _unsigned(self) -> Need:
        """Nobody's identity policy speaks for an anonymous caller or a service."""
        if self.asked.request.caller is not self.caller and self.grants and self.grants.any is not True:
            return Need(RESOURCE, None, "the identity provider was not told: give it as the principal", self.resource)
        only = "only the resource policy can allow this caller"
        if self.grants is None:
            return Need(RESOURCE, None, f"{only}, and it was not given")
        return Need(RESOURCE, self.grants.any, f"{only}: {self._of_resource()}", self.resource)

    def _across(self) -> Need:
        """Another account's resource: both accounts must allow.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
        """
        own, limits = self._identity(), self.limits()
        for need in (own, limits):
            if need.met is False:
                return need
        told = "the resource is another account's, whose policy must allow too"
        if self.grants is None:
            return Need(RESOURCE, None, f"{told}; it was not given")
        if self.grants.any is not True:
            return Need(RESOURCE, self.grants.any, f"{told}: {self._of_resource()}", self.resource)
        return own if own.met is not True or limits.met is True else limits

    def _identity(self) -> Need:
        """Whether any of the caller's own policies allows."""
        if self.caller.kind is CallerKind.ROOT:
            return Need(IDENTITY, met=True, because="the root user needs no policy")
        if IDENTITY not in self.verdicts:
            return Need(IDENTITY, None, _NOT_GIVEN)
        verdicts = self.verdicts[IDENTITY]
        met = either(*(allows(verdict) for verdict in verdicts), False)
        best = next((verdict for verdict in verdicts if allows(verdict) is met), None)
        return Need(IDENTITY, met, f"the identity policy: {best.because}" if best else "there is no policy", best)

    def _of_resource(self) -> str:
        return f"the resource policy: {self.resource.because}" if self.resource else "there is no resource policy"
