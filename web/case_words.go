package web

import "chancery/core/casework"

// outcomeTag is the tag of what became of a case.
func outcomeTag(f Frame, o casework.Outcome) Tag {
	switch o {
	case casework.OutcomeApproved:
		return Tag{"check", "ok", f.Say("state.approved")}
	case casework.OutcomeCondition:
		return Tag{"list-check", "ok", f.Say("state.approved_if")}
	case casework.OutcomeReduced:
		return Tag{"list-check", "ok", f.Say("outcome.reduced")}
	case casework.OutcomeRefused:
		return Tag{"x", "stop", f.Say("state.refused")}
	case casework.OutcomeWithdrawn:
		return Tag{"arrow-back-up", "", f.Say("state.withdrawn")}
	case casework.OutcomeCancelled:
		return Tag{"x", "", f.Say("state.cancelled")}
	case casework.OutcomeRevoked:
		return Tag{"x", "stop", f.Say("state.revoked")}
	case casework.OutcomeSetForward:
		return Tag{"checks", "ok", f.Say("outcome.concluded")}
	case casework.NoOutcome:
	}
	return Tag{"circle-dashed", "", string(o)}
}

// decides says which acts the reader of a log looks for first.
func decides(k casework.Kind) bool {
	switch k { //nolint:exhaustive // the others do not decide
	case casework.ApprovedNow, casework.RefusedNow, casework.RevokedNow, casework.CancelledNow, casework.WithdrawnNow, casework.ClosedNow:
		return true
	}
	return false
}

// actWord is the word of an act, as it stands in the journal of every case.
func actWord(f Frame, k casework.Kind) string {
	key, ok := map[casework.Kind]string{
		casework.Filed: "act.filed", casework.Submitted: "act.submitted", casework.ReturnedBack: "act.returned",
		casework.Countersigned: "act.countersigned", casework.Commented: "act.commented", casework.Answered: "act.answered",
		casework.SignerAdded: "act.signer_added", casework.SignerRemoved: "act.signer_removed", casework.Reassigned: "act.reassigned",
		casework.NoticePosted: "act.notice_posted", casework.Objected: "act.objected", casework.ObjectionSettled: "act.objection_resolved",
		casework.NoticeEnded: "act.notice_ended", casework.DecisionAsked: "act.decision_requested", casework.DecisionReceived: "act.decision_received",
		casework.ApprovedNow: "act.approved", casework.RefusedNow: "act.refused",
		casework.Issued: "act.issued", casework.Fulfilled: "act.fulfilled", casework.Hindered: "act.hindered", casework.Departed: "act.departed",
		casework.ChangeAsked: "act.change_requested", casework.CameHome: "act.came_home", casework.HandedBack: "act.handed_back",
		casework.Reported: "act.reported", casework.PostNoticed: "act.post_notice_posted", casework.Settled: "act.settled",
		casework.ClosedNow: "act.closed", casework.WithdrawnNow: "act.withdrawn", casework.CancelledNow: "act.cancelled",
		casework.RevokedNow: "act.revoked", casework.Recalled: "act.recalled", casework.Corrected: "act.corrected",
		casework.Attached: "act.attached", casework.LapsedNow: "act.lapsed", casework.Escalated: "act.escalated", casework.Reminded: "act.reminded", casework.Recounted: "act.deadline_recomputed",
	}[k]
	if !ok {
		return string(k)
	}
	return f.Say(key)
}
