package store

// The statements about accounts, sessions and the door.
const (
	oneAccount       = `SELECT body FROM accounts WHERE id = $1`
	accountByLogin   = `SELECT body FROM accounts WHERE login = $1`
	accountOfPerson  = `SELECT body FROM accounts WHERE person = $1`
	accountOfSubject = `SELECT a.body FROM accounts a JOIN account_subjects s ON s.account = a.id WHERE s.issuer = $1 AND s.subject = $2`
	allAccounts      = `SELECT body FROM accounts ORDER BY login`
	addAccount       = `INSERT INTO accounts (id, person, login, state, version, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	changeAccount    = `UPDATE accounts SET person = $2, login = $3, state = $4, version = $5, body = $6 WHERE id = $1 AND version = $7`
	dropSubjects     = `DELETE FROM account_subjects WHERE account = $1`
	addSubject       = `INSERT INTO account_subjects (issuer, subject, account) VALUES ($1, $2, $3) ON CONFLICT (issuer, subject) DO NOTHING`

	oneSession = `SELECT hash, body FROM sessions WHERE hash = $1`
	sessionsOf = `SELECT hash, body FROM sessions WHERE account = $1 ORDER BY seen DESC, id`
	putSession = `INSERT INTO sessions (hash, id, account, seen, until_at, body) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (hash) DO UPDATE SET seen = excluded.seen, until_at = excluded.until_at, body = excluded.body`
	changeSession   = `UPDATE sessions SET seen = $2, until_at = $3, body = $4 WHERE hash = $1`
	dropSession     = `DELETE FROM sessions WHERE hash = $1`
	dropSessionsOf  = `DELETE FROM sessions WHERE account = $1 AND hash <> $2`
	dropEndedBefore = `DELETE FROM sessions WHERE until_at < $1`
	countSessions   = `SELECT COUNT(*) FROM sessions WHERE until_at > $1 AND seen > $2`

	oneInvitation   = `SELECT hash, body FROM invitations WHERE hash = $1`
	someInvitations = `SELECT hash, body FROM invitations WHERE $1 = '' OR person = $1 ORDER BY made DESC, id LIMIT 200`
	putInvitation   = `INSERT INTO invitations (hash, id, person, made, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO UPDATE SET body = excluded.body`
	oneProposal     = `SELECT body FROM proposals WHERE id = $1`
	openProposals   = `SELECT body FROM proposals WHERE settled = 0 ORDER BY made, id`
	putProposal     = `INSERT INTO proposals (id, account, made, settled, body) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET settled = excluded.settled, body = excluded.body`
	getSlowdown = `SELECT failures, last FROM slowdowns WHERE what = $1`
	putSlowdown = `INSERT INTO slowdowns (what, failures, last) VALUES ($1, $2, $3)
		ON CONFLICT (what) DO UPDATE SET failures = excluded.failures, last = excluded.last`
	dropSlowdown    = `DELETE FROM slowdowns WHERE what = $1`
	dropSlowBefore  = `DELETE FROM slowdowns WHERE last < $1`
	addSecurityLine = `INSERT INTO security_log (at, kind, account, person, by_person, address, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	lastUses        = `SELECT account, MAX(at) FROM security_log WHERE kind IN ($1, $2, $3, $4) GROUP BY account`
	securityLines   = `SELECT body FROM security_log WHERE $1 = '' OR account = $1 ORDER BY id DESC LIMIT $2`
)

// accountStatements lists them.
func accountStatements() []string {
	return []string{
		oneAccount, accountByLogin, accountOfPerson, accountOfSubject, allAccounts, addAccount, changeAccount, dropSubjects, addSubject,
		oneSession, sessionsOf, putSession, changeSession, dropSession, dropSessionsOf, dropEndedBefore, countSessions,
		oneInvitation, someInvitations, putInvitation, oneProposal, openProposals, putProposal,
		getSlowdown, putSlowdown, dropSlowdown, dropSlowBefore, addSecurityLine, lastUses, securityLines,
	}
}
