"""The S3 buckets of AWS itself that machines in a VPC read from, without anybody having named them.

An endpoint policy that lets only the reader's own buckets through cuts them off: images can no longer be pulled from ECR,
packages no longer be installed. `{region}` stands for the Region. The names are told by the services' own guides:
https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html (ecr-minimum-s3-perms),
https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html,
https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html,
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/vpc-vpce.policy.html and others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What stops working where the buckets are out of reach."""

    what: str
    buckets: tuple[str, ...]


# In the order in which readers miss them.
NEEDS = (
    Need("pulling images from Amazon ECR", ("prod-{region}-starport-layer-bucket",)),
    Need(
        "the package repositories of Amazon Linux",
        (
            *("al2023-repos-{region}-de612dc2", "amazonlinux-2-repos-{region}", "amazonlinux.{region}.amazonaws.com"),
            *("packages.{region}.amazonaws.com", "repo.{region}.amazonaws.com"),
        ),
    ),
    Need(
        "Systems Manager",
        (
            *("aws-ssm-{region}", "amazon-ssm-{region}", "amazon-ssm-packages-{region}", "{region}-birdwatcher-prod"),
            *("aws-ssm-distributor-file-{region}", "aws-ssm-document-attachments-{region}"),
            *("patch-baseline-snapshot-{region}", "aws-windows-downloads-{region}", "session-manager-downloads"),
        ),
    ),
    Need("the CloudWatch agent", ("amazoncloudwatch-agent-{region}", "amazoncloudwatch-agent")),
    Need("CodeDeploy", ("aws-codedeploy-{region}",)),
    Need(
        "wait conditions and custom resources of CloudFormation",
        ("cloudformation-waitcondition-{region}", "cloudformation-custom-resource-response-{plain_region}"),
    ),
    Need(
        "Elastic Beanstalk",
        (
            *("elasticbeanstalk-samples-{region}", "elasticbeanstalk-platform-assets-{region}"),
            *("elasticbeanstalk-env-resources-{region}", "elasticbeanstalk-{region}"),
        ),
    ),
    Need("the repositories of Amazon EMR", ("repo.{region}.emr.amazonaws.com", "prod.{region}.appinfo.src")),
    Need(
        "EC2 Image Builder",
        ("ec2imagebuilder-toe-{region}-prod", "ec2imagebuilder-managed-resources-{region}-prod"),
    ),
    Need("SageMaker JumpStart", ("jumpstart-cache-prod-{region}",)),
    Need("Neptune notebooks", ("aws-neptune-notebook", "aws-neptune-notebook-{region}")),
    Need(
        "Application Migration and Elastic Disaster Recovery",
        (
            *("aws-mgn-clients-{region}", "aws-mgn-internal-{region}", "aws-application-migration-service-{region}"),
            *("aws-drs-clients-{region}", "aws-drs-internal-{region}", "aws-elastic-disaster-recovery-{region}"),
        ),
    ),
    Need("Nitro Enclaves certificates", ("aws-ec2-enclave-certificate-{region}-prod",)),
    Need("downloads of the AWS CLI", ("aws-cli",)),
)


def bucket_name(template: str, region: str) -> str:
    """The bucket's name in a Region."""
    return template.format(region=region, plain_region=region.replace("-", ""))
