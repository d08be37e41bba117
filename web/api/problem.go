package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"chancery/core/fault"
	"chancery/core/text"
)

// Status is the one table from kinds of fault to the answers of both doors.
func Status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.NotAllowed:
		return http.StatusForbidden
	case fault.Conflict, fault.TooLate:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.SignedOut:
		return http.StatusUnauthorized
	case fault.TooOften:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

// Problem is a problem document as RFC 9457 has it, with every fault in both languages.
type Problem struct {
	Type string `json:"type" doc:"Names the kind of problem for good: urn:chancery:problem: and the kind."`
	// Title and Detail are in the language that Accept-Language prefers.
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance" doc:"The request, by the id that X-Request-Id gives and the log knows."`
	Kind     string `json:"kind"`
	// Version is the present version of the case, where another one was seen.
	Version int            `json:"version,omitempty" doc:"The present version of the case, where If-Match named another one."`
	Faults  []ProblemFault `json:"faults"`
}

// ProblemFault is one thing to mend: where, and what to do about it.
type ProblemFault struct {
	Field string      `json:"field,omitempty"`
	Place fault.Place `json:"place,omitzero"`
	Say   text.Text   `json:"say"`
}

// refusal is an answer that the door itself gives.
type refusal struct {
	status  int
	kind    string
	field   string
	say     text.Text
	version int
	retry   time.Duration
}

func (r refusal) Error() string { return r.say.EN }

func refuse(status int, kind, field string, words text.Text) refusal {
	return refusal{status: status, kind: kind, field: field, say: words}
}

func say(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }

func invalid(field, zh, en string, args text.Args) error {
	return fault.New(fault.Invalid, field, say(zh, en).Fill(args))
}

// Refuse writes what the site in front of the door refuses.
func (d *Door) Refuse(w http.ResponseWriter, r *http.Request, c Coming, status int, words text.Text) {
	d.fail(w, r.WithContext(context.WithValue(r.Context(), comingKey{}, c)), refuse(status, kindOfStatus(status), "", words))
}

// Fail writes an error as a problem.
func (d *Door) Fail(w http.ResponseWriter, r *http.Request, c Coming, err error) {
	d.fail(w, r.WithContext(context.WithValue(r.Context(), comingKey{}, c)), err)
}

// fail writes an error as a problem. What is not the caller's to mend is logged once and answered with the request's id.
func (d *Door) fail(w http.ResponseWriter, r *http.Request, err error) {
	var (
		own     refusal
		tooLong *http.MaxBytesError
	)
	faults := fault.All(err)
	switch {
	case errors.As(err, &own):
	case errors.As(err, &tooLong):
		own = refuse(http.StatusRequestEntityTooLarge, "too-large", "", say("内容超过 {n} 字节的上限，未作处理；请删减后再发", "the content is over the limit of {n} bytes and was not processed; shorten it and send it again").Fill(text.Args{"n": int(tooLong.Limit)}))
	case errors.Is(err, os.ErrDeadlineExceeded):
		own = refuse(http.StatusRequestTimeout, "slow", "", say("内容到得太慢，已放弃；请检查网络后再发", "the content arrived too slowly and was dropped; check the connection and send it again"))
	case errors.Is(err, context.DeadlineExceeded):
		own = refuse(http.StatusServiceUnavailable, "unavailable", "", say("未能按时办完，已停止，没有改动任何内容；请稍后再试", "it was not done in time and was stopped; nothing was changed; try again later"))
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return // the caller has gone
	case len(faults) > 0:
		d.writeFaults(w, r, faults)
		return
	default:
		d.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
			slog.String("id", comingOf(r).Request), slog.String("method", r.Method), slog.String("route", r.Pattern), slog.String("error", err.Error()))
		own = refuse(http.StatusInternalServerError, "ours", "", say("系统一侧出错，已记录；请把 instance 中的编号告诉系统管理人员", "something went wrong on our side and was logged; give the number in instance to whoever runs this system"))
	}
	if own.version > 0 {
		w.Header().Set("ETag", etag(own.version))
	}
	if own.retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(own.retry.Seconds()))))
	}
	d.write(w, r, Problem{Status: own.status, Kind: own.kind, Version: own.version, Faults: []ProblemFault{{Field: own.field, Say: own.say}}})
}

func (d *Door) writeFaults(w http.ResponseWriter, r *http.Request, faults fault.List) {
	p := Problem{Status: Status(faults[0].Kind), Kind: faults[0].Kind.String()}
	for _, f := range faults {
		p.Faults = append(p.Faults, ProblemFault{Field: f.Field, Place: f.Place, Say: f.Text})
	}
	d.write(w, r, p)
}

// write fills in what follows from kind and status, and sends the problem.
func (d *Door) write(w http.ResponseWriter, r *http.Request, p Problem) {
	lang := preferred(r.Header.Get("Accept-Language"))
	p.Type, p.Instance = "urn:chancery:problem:"+p.Kind, "urn:chancery:request:"+comingOf(r).Request
	p.Title = titleOf(p.Status).In(lang)
	var details []string
	for _, f := range p.Faults {
		details = append(details, f.Say.In(lang))
	}
	p.Detail = strings.Join(details, "\n")
	h := w.Header()
	switch p.Status {
	case http.StatusUnauthorized:
		challenge := `Bearer realm="chancery"`
		if r.Header.Get("Authorization") != "" {
			challenge += `, error="invalid_token"`
		}
		h.Set("WWW-Authenticate", challenge)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	}
	h.Set("Content-Language", string(lang))
	d.send(w, r, p.Status, "application/problem+json", p)
}

// send writes one JSON document: all of it, or a failure.
func (d *Door) send(w http.ResponseWriter, r *http.Request, status int, kind string, v any) {
	body, ready := v.([]byte)
	if !ready {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			d.log.LogAttrs(r.Context(), slog.LevelError, "answer failed", slog.String("id", comingOf(r).Request), slog.String("error", err.Error()))
			http.Error(w, comingOf(r).Request, http.StatusInternalServerError)
			return
		}
		body = b.Bytes()
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Language, Authorization, Cookie")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a caller who has gone is nobody's fault
	}
}

// kindOfStatus is the word for what the site in front refuses.
func kindOfStatus(status int) string {
	switch status {
	case http.StatusForbidden:
		return "cross-origin"
	case http.StatusMisdirectedRequest:
		return "host"
	case http.StatusUnauthorized:
		return "signed-out"
	default:
		return "request"
	}
}

func titleOf(status int) text.Text {
	switch status {
	case http.StatusNotFound:
		return say("没有找到", "Not found")
	case http.StatusUnauthorized:
		return say("尚未登录", "Nobody is signed in")
	case http.StatusForbidden, http.StatusMisdirectedRequest:
		return say("不能办理", "Not allowed")
	case http.StatusConflict, http.StatusPreconditionFailed:
		return say("情况已有变化，没有办理", "Something changed meanwhile; nothing was done")
	case http.StatusPreconditionRequired:
		return say("须写明看到的版本", "The version that was seen is needed")
	case http.StatusTooManyRequests:
		return say("请求过于频繁", "Too many requests")
	case http.StatusServiceUnavailable:
		return say("暂时不能使用", "Not available just now")
	case http.StatusInternalServerError:
		return say("系统一侧出错", "Something went wrong on our side")
	default:
		return say("请求有误，没有办理", "The request could not be met")
	}
}

// preferred is the language that weighs most, Chinese when neither is named.
func preferred(header string) text.Lang {
	best, weight := text.ZH, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			if parsed, err := strconv.ParseFloat(v, 64); err == nil {
				q = parsed
			}
		}
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (primary == "zh" || primary == "en") && q > weight {
			best, weight = text.Lang(primary), q
		}
	}
	return best
}
