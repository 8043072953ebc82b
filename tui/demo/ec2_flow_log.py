"""Flow logs as AWS takes them: by log group or by its ARN, and with a refusal for each resource of its own.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

WITHOUT_TRAFFIC_TYPE = {"TransitGateway", "TransitGatewayAttachment"}
_LOG_GROUP = ":log-group:"


class FlowLogCalls(EC2Response):
    """The calls about flow logs."""

    def create_flow_logs(self) -> ActionResult:
        """Create flow logs. A log-group ARN in LogDestination names the group as LogGroupName does."""
        asked = self.params
        if not asked.get("TrafficType") and asked.get("ResourceType") not in WITHOUT_TRAFFIC_TYPE:
            raise EC2ClientError("MissingParameter", "The request must contain the parameter TrafficType")
        destination = asked.get("LogDestination") or ""
        if _LOG_GROUP in destination:
            asked["LogGroupName"] = destination.split(_LOG_GROUP)[1].removesuffix(":*")
        if asked.get("LogDestinationType") == "s3":
            asked["LogDestination"] = destination.split("/")[0]  # moto takes the whole path for the bucket
        resources, ids, unsuccessful = asked.get("ResourceIds") or [], [], []
        for resource in resources:
            asked["ResourceIds"] = [resource]
            try:
                told: Any = super().create_flow_logs()
            except EC2ClientError as failure:
                if failure.code != "FlowLogAlreadyExists":
                    raise
                error = {"Code": failure.code, "Message": failure.message}
                told = ActionResult({"FlowLogIds": [], "Unsuccessful": [{"ResourceId": resource, "Error": error}]})
            ids += told.result["FlowLogIds"]
            unsuccessful += told.result["Unsuccessful"]
        for flow_log_id in ids:
            made = self.ec2_backend.flow_logs[flow_log_id]
            made.log_destination = destination or None
            if made.log_destination_type == "cloud-watch-logs":
                # AWS makes the log group when there is something to deliver: that it is not there is no failure.
                made.deliver_logs_status, made.deliver_logs_error_message = "SUCCESS", None
        return ActionResult({"FlowLogIds": ids, "Unsuccessful": unsuccessful})

    def delete_flow_logs(self) -> ActionResult:
        """Delete flow logs; those that are not there are told in Unsuccessful."""
        self.error_on_dryrun()
        unsuccessful = []
        for flow_log_id in self.params.get("FlowLogIds") or []:
            if self.ec2_backend.flow_logs.pop(flow_log_id, None) is None:
                message = f"The specified flow log '{flow_log_id}' does not exist"
                error = {"Code": "InvalidFlowLogId.NotFound", "Message": message}
                unsuccessful.append({"ResourceId": flow_log_id, "Error": error})
        return ActionResult({"Unsuccessful": unsuccessful})
