package api

import (
	"cmp"
	"net/http"
	"reflect"
	"strconv"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/journal"
)

func (d *Door) journalOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/journal/head", id: "show-head", scope: account.ScopeRead, say: say("存证现状和签名的检查点", "How far the journal goes, and the signed checkpoint"),
			answer: reflect.TypeFor[journal.Head](), do: func(c *call) (any, error) { return d.record.Head(c.r.Context()) },
		},
		{
			method: http.MethodGet, path: "/api/journal/checkpoint", id: "show-checkpoint", scope: account.ScopeRead,
			say:    say("供外部见证的检查点，附从已留存处起的一致性证明", "The checkpoint for a witness, proven from what the witness keeps"),
			query:  []parameter{{name: "since", say: say("见证方已留存的条数", "How many entries the witness keeps")}},
			answer: reflect.TypeFor[journal.Advance](), do: func(c *call) (any, error) {
				since, err := strconv.ParseInt(cmp.Or(c.query("since"), "0"), 10, 64)
				if err != nil || since < 0 {
					return nil, fault.New(fault.Invalid, "since", say("since 须是不小于 0 的整数", "since is a whole number, 0 or more"))
				}
				return d.record.Advance(c.r.Context(), since)
			},
		},
		{
			method: http.MethodGet, path: "/api/cases/{no}/proof", id: "prove-case", scope: account.ScopeRead,
			say:    say("一个案件的证明文件；chancery journal check-proof 可脱机核对", "The proof file of a case; chancery journal check-proof checks it without the data"),
			answer: reflect.TypeFor[journal.Proof](), do: func(c *call) (any, error) {
				return d.desk.Proof(c.r.Context(), c.reader, c.r.PathValue("no"))
			},
		},
	}
}
