"""Which service an endpoint is of, and how the actions of that service begin.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html names the services; the prefix of
their actions is often another word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tui.policies.knowledge import services
from tui.policies.written_arn import REGION

# What cannot be told from the name itself: `x`, `x-fips` and `x.y` have the prefix `x` where x is a service.
_PREFIXES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "analytics-omics": ("omics",),
        "api.tunneling.iot": ("iot",),
        "appconfigdata": ("appconfig",),
        "appmesh-envoy-management": ("appmesh",),
        "appsync-api": ("appsync",),
        "aps-workspaces": ("aps",),
        "bedrock-agent": ("bedrock",),
        "bedrock-agent-runtime": ("bedrock",),
        "bedrock-agentcore-control": ("bedrock-agentcore",),
        "bedrock-data-automation": ("bedrock",),
        "bedrock-data-automation-runtime": ("bedrock",),
        "bedrock-runtime": ("bedrock",),
        "cloudcontrolapi": ("cloudformation",),
        "cloudhsmv2": ("cloudhsm",),
        "codewhisperer": ("codewhisperer", "q"),
        "control-storage-omics": ("omics",),
        "data-servicediscovery": ("servicediscovery",),
        "deviceadvisor.iot": ("iotdeviceadvisor",),
        "dynamodb-streams": ("dynamodb",),
        "ecs-agent": ("ecs",),
        "ecs-telemetry": ("ecs",),
        "elasticbeanstalk-health": ("elasticbeanstalk",),
        "email": ("ses",),
        "email-smtp": ("ses",),
        "emr-serverless-services.livy": ("emr-serverless",),
        "emrwal.prod": ("elasticmapreduce",),
        "forecastquery": ("forecast",),
        "geo.maps": ("geo", "geo-maps"),
        "geo.places": ("geo", "geo-places"),
        "geo.routes": ("geo", "geo-routes"),
        "git-codecommit": ("codecommit",),
        "grafana-workspace": ("grafana",),
        "guardduty-data": ("guardduty",),
        "kinesis-firehose": ("firehose",),
        "kinesis-streams": ("kinesis",),
        "lorawan.cups": ("iotwireless",),
        "lorawan.lns": ("iotwireless",),
        "memory-db": ("memorydb",),
        "models-v2-lex": ("lex",),
        "monitoring": ("cloudwatch",),
        "neptune-graph-data": ("neptune-graph",),
        "notebook": ("sagemaker",),
        "personalize-events": ("personalize",),
        "personalize-runtime": ("personalize",),
        "pinpoint": ("mobiletargeting",),
        "pinpoint-sms-voice-v2": ("sms-voice",),
        "profiler": ("codeguru-profiler",),
        "q": ("q", "codewhisperer"),
        "rekognition-streaming": ("rekognition",),
        "rum-dataplane": ("rum",),
        "runtime-medical-imaging": ("medical-imaging",),
        "runtime-v2-lex": ("lex",),
        "s3": ("s3", "s3-object-lambda"),
        "s3-global.accesspoint": ("s3",),
        "servicecatalog-appregistry": ("servicecatalog",),
        "storage-omics": ("omics",),
        "studio": ("sagemaker",),
        "sync-states": ("states",),
        "tagging": ("tag",),
        "tags-omics": ("omics",),
        "transcribestreaming": ("transcribe",),
        "workflows-omics": ("omics",),
    }
)
_OWNERS = {"com", "amazonaws", "aws", "api", "cn"}
_FOREIGN = re.compile(r"\.?vpce-svc-[0-9a-f]+$")


@dataclass(frozen=True, slots=True)
class Service:
    """A service as endpoints know it.

    Attributes:
        name: without owner and Region: `s3`, `ecr.api`; '' if it is not known which service it is.
        prefixes: how its actions begin; () if that is not known.
        region: '' if the name tells none.
        foreign: somebody's own service (vpce-svc-…), not one of AWS: such an endpoint takes no policy.
    """

    name: str = ""
    prefixes: tuple[str, ...] = ()
    region: str = ""
    foreign: bool = False


ANY_SERVICE = Service()
# https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html: there are gateways to no others.
GATEWAY_SERVICE = Service("S3 or DynamoDB", ("s3", "dynamodb", "s3express", "s3-object-lambda"))


def read_service(text: str) -> Service:
    """`s3`, `ecr.api`, `com.amazonaws.eu-west-1.ecr.api`, `aws.sagemaker.eu-west-1.studio`; '' is any service."""
    parts = text.strip().lower().split(".")
    at = next((at for at, part in enumerate(parts) if REGION.fullmatch(part)), None)
    region = "" if at is None else parts[at]
    if at is not None:
        named = parts[at + 1 :]
    else:
        named = parts[next((place for place, part in enumerate(parts) if part not in _OWNERS), len(parts)) :]
    name = ".".join(named)
    if _FOREIGN.search(name):
        return Service(name, (), region, foreign=True)
    return Service(name, prefixes_of(name), region)


def prefixes_of(name: str) -> tuple[str, ...]:
    """How the actions of a service begin: `ecr.dkr` → ecr. () if nobody knows."""
    plain = name.removesuffix("-fips")
    for candidate in (plain, plain.partition(".")[0]):
        if candidate in _PREFIXES:
            return _PREFIXES[candidate]
        if candidate in services():
            return (candidate,)
    return ()
