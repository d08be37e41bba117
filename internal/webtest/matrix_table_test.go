package webtest

import "strings"

// routeClasses is the matrix: every route and what it asks of whoever calls it.
func routeClasses() map[string]class {
	of := map[class]string{
		open: `
			GET /notices
			POST /notices/{no}/objections
			GET /notices/objections
			GET /sign-in
			POST /sign-in
			GET /sign-in/next
			POST /sign-in/code
			POST /sign-in/password
			POST /sign-in/passkey
			POST /sign-in/passkey/answer
			POST /sign-in/passkey/enrolment
			POST /sign-in/passkey/enrolment/answer
			POST /sign-in/sso
			GET /sign-in/sso
			GET /invitation/{token}
			POST /invitation/{token}
			POST /invitation/{token}/sso
			GET /static/{name}
			GET /feed/{token}
			GET /healthz
			GET /readyz
			GET /api/openapi.json
			POST /sign-out
		`,
		signed: `
			GET /
			GET /cases
			GET /events
			GET /cases/{no}/foot.css
			GET /check
			POST /check
			GET /rulebook
			GET /rulebook/{book}/{article}
			GET /registers/{name}
			GET /people
			GET /people/{id}
			GET /posts/{id}
			GET /me
			POST /me
			GET /search
			GET /me/security
			POST /me/security/others
			GET /me/tokens
			GET /settings/feed
			POST /settings/feed/removal
			GET /trips/new
			GET /cases/new
			GET /cases/new/outbound-trip
			GET /cases/new/position
			GET /cases/new/gift-received
			GET /drafts
			POST /drafts/{id}
			GET /api/cases
			POST /api/cases
			POST /api/check
			GET /api/counts
			GET /api/journal/checkpoint
			GET /api/journal/head
			GET /api/me/tokens
			GET /api/me/settings
			POST /api/me/settings
			GET /api/me/feed
			DELETE /api/me/feed
			GET /api/me
			GET /api/office
			POST /api/path
			GET /api/registers/{name}
			GET /api/registers
			GET /api/rulebook/{book}/{article}
			GET /api/rulebook
		`,
		vouched: `
			POST /posts/{id}/delegations
			POST /posts/{id}/delegation-ends
			POST /posts/{id}/hand-over
			POST /me/security/password
			POST /me/security/code
			POST /me/security/removal
			POST /me/tokens
			POST /settings/feed
			POST /api/me/feed
		`,
		sight: `
			GET /cases/{no}
			GET /cases/{no}/events
			GET /cases/{no}/proof
			POST /cases/{no}/submission
			POST /cases/{no}/return
			POST /cases/{no}/countersignatures
			POST /cases/{no}/comments
			POST /cases/{no}/answers
			POST /cases/{no}/signers
			POST /cases/{no}/signer-removals
			POST /cases/{no}/reassignment
			POST /cases/{no}/notice
			POST /cases/{no}/objection-findings
			POST /cases/{no}/outside-request
			POST /cases/{no}/outside-answer
			POST /cases/{no}/approval
			POST /cases/{no}/reduction
			POST /cases/{no}/refusal
			POST /cases/{no}/instrument
			POST /cases/{no}/fulfilments
			POST /cases/{no}/hindrances
			POST /cases/{no}/departure
			POST /cases/{no}/changes
			POST /cases/{no}/homecoming
			POST /cases/{no}/hand-back
			POST /cases/{no}/report
			POST /cases/{no}/post-notice
			POST /cases/{no}/settlement
			POST /cases/{no}/closure
			POST /cases/{no}/withdrawal
			POST /cases/{no}/cancellation
			POST /cases/{no}/revocation
			POST /cases/{no}/recall
			POST /cases/{no}/corrections
			GET /cases/{no}/attachments
			POST /cases/{no}/attachments
			GET /cases/{no}/attachments/{id}
			GET /cases/{no}/application
			GET /cases/{no}/change
			GET /api/cases/{no}/allowed
			GET /api/cases/{no}/attachments
			POST /api/cases/{no}/attachments
			GET /api/cases/{no}/attachments/{id}
			POST /api/cases/{no}/answers
			POST /api/cases/{no}/approval
			POST /api/cases/{no}/cancellation
			POST /api/cases/{no}/changes
			POST /api/cases/{no}/closure
			POST /api/cases/{no}/comments
			POST /api/cases/{no}/corrections
			POST /api/cases/{no}/countersignatures
			POST /api/cases/{no}/departure
			POST /api/cases/{no}/fulfilments
			POST /api/cases/{no}/hand-back
			POST /api/cases/{no}/hindrances
			POST /api/cases/{no}/homecoming
			POST /api/cases/{no}/instrument
			POST /api/cases/{no}/notice
			POST /api/cases/{no}/objection-findings
			POST /api/cases/{no}/objections
			POST /api/cases/{no}/outside-answer
			POST /api/cases/{no}/outside-request
			POST /api/cases/{no}/post-notice
			GET /api/cases/{no}/proof
			POST /api/cases/{no}/reassignment
			POST /api/cases/{no}/recall
			POST /api/cases/{no}/reduction
			POST /api/cases/{no}/refusal
			POST /api/cases/{no}/report
			POST /api/cases/{no}/return
			POST /api/cases/{no}/revocation
			POST /api/cases/{no}/settlement
			POST /api/cases/{no}/signer-removals
			POST /api/cases/{no}/signers
			POST /api/cases/{no}/submission
			POST /api/cases/{no}/withdrawal
			GET /api/cases/{no}
		`,
		noticed: `
			GET /notices/{no}
		`,
		own: `
			POST /me/security/session
			POST /me/tokens/{id}/revocation
			GET /drafts/{id}
			POST /drafts/{id}/removal
			DELETE /api/me/tokens/{id}
		`,
		duty: `
			GET /accounts
			POST /accounts/invitation
			POST /accounts/withdrawal
			POST /accounts/state
			POST /accounts/sessions
			POST /accounts/proposal
			POST /accounts/settlement
			POST /accounts/duty-withdrawal
			GET /operations
			POST /operations/{id}/retry
			POST /operations/backup
			GET /operations/hooks
			POST /operations/hooks
			POST /operations/hooks/{id}/state
			POST /operations/hooks/{id}/test
			POST /operations/hooks/{id}/removal
			GET /api/operations
			GET /api/security-log
			POST /api/operations/{id}/retry
			POST /api/operations/backup
			GET /api/hooks
			POST /api/hooks
			POST /api/hooks/{id}/change
			POST /api/hooks/{id}/pause
			POST /api/hooks/{id}/resumption
			POST /api/hooks/{id}/test
			DELETE /api/hooks/{id}
			GET /api/hooks/{id}/deliveries
			POST /api/hooks/{id}/deliveries/{message}/retry
		`,
		overall: `
			GET /figures/{name}
			GET /api/figures/refusals
		`,
		nowhere: `
			GET /no-such-page
		`,
	}
	out := map[string]class{}
	for is, routes := range of {
		for line := range strings.SplitSeq(strings.TrimSpace(routes), "\n") {
			out[strings.TrimSpace(line)] = is
		}
	}
	return out
}
