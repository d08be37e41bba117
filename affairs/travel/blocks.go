// Package travel knows official trips abroad: what an application for one holds,
// how days, countries, half-days and money are counted, and what a register of
// trips says about a person. It decides nothing; rules do, over what it counts.
package travel

import (
	"chancery/core/calendar"
	"chancery/core/money"
	"chancery/core/place"
)

// Track is the category of a trip; it decides which rules speak.
type Track string

// Words lists the tracks.
func (Track) Words() []string {
	return []string{"general", "academic", "hk-macao", "taiwan", "training", "enterprise", "long-term"}
}

// PurposeKind is the coded purpose of a trip.
type PurposeKind string

// Words lists the purposes; the last four are those that OUT-10 forbids.
func (PurposeKind) Words() []string {
	return []string{
		"negotiation", "signing", "conference", "academic-exchange", "training", "exhibition", "inspection-of-project",
		"study-tour", "courtesy", "ceremony", "internal-greeting",
	}
}

// Purpose says why the trip is made.
type Purpose struct {
	Kind PurposeKind `json:"kind,omitempty"`
	Text string      `json:"text,omitempty"`
	// Tasks are the duties that the trip serves.
	Tasks []Duty `json:"tasks,omitempty"`
}

// Duty is what a post is there for, and what a trip serves; an office lists its own.
type Duty string

// Listed says that the codes are the office's.
func (Duty) Listed() {}

// Trait is something about a person of which some rule speaks, such as being in
// charge of foreign affairs; an office may list its own.
type Trait string

// Listed says that the codes are the office's.
func (Trait) Listed() {}

// Rank is the rank of a post; "-deputy" may follow each.
type Rank string

// Words lists the ranks.
func (Rank) Words() []string {
	return []string{
		"state", "state-deputy", "ministerial", "ministerial-deputy", "bureau", "bureau-deputy",
		"division", "division-deputy", "staff", "staff-deputy",
	}
}

// Role is what a person is in the delegation.
type Role string

// Words lists the roles.
func (Role) Words() []string { return []string{"member", "interpreter", "security", "spouse", "child"} }

// DocumentKind is the kind of travel document.
type DocumentKind string

// Words lists the kinds of travel document.
func (DocumentKind) Words() []string {
	return []string{"official", "service", "ordinary", "hk-macao-permit", "taiwan-permit"}
}

// Document is the document a person travels on.
type Document struct {
	Kind    DocumentKind `json:"kind,omitempty"`
	Expires calendar.Day `json:"expires,omitempty"`
	// Exception is the approved ground for travelling on another document: permanent-resident, student,
	// foreign-staff, scholarship (Passport Law, article 8 and unit rules).
	Exception DocumentException `json:"exception,omitempty"`
}

// DocumentException is an approved ground for travelling on another document.
type DocumentException string

// Words lists the grounds.
func (DocumentException) Words() []string {
	return []string{"permanent-resident", "student", "foreign-staff", "scholarship"}
}

// PastTrip is a trip that a person has made.
type PastTrip struct {
	Exit   calendar.Day `json:"exit,omitempty"`
	Entry  calendar.Day `json:"entry,omitempty"`
	Track  Track        `json:"track,omitempty"`
	Places []place.Code `json:"places,omitempty"`
	Led    bool         `json:"led,omitempty"`
}

// Member is one person of the delegation.
type Member struct {
	Name   string `json:"name,omitempty"`
	Unit   string `json:"unit,omitempty"`
	Post   string `json:"post,omitempty"`
	Rank   Rank   `json:"rank,omitempty"`
	Leader bool   `json:"leader,omitempty"`
	Role   Role   `json:"role,omitempty"`
	Duties []Duty `json:"duties,omitempty"`
	// Team is the leadership team the person belongs to; Head says that the person is one of its two top heads.
	Team    string       `json:"team,omitempty"`
	Head    bool         `json:"head,omitempty"`
	Retired bool         `json:"retired,omitempty"`
	Rehired bool         `json:"rehired,omitempty"`
	Born    calendar.Day `json:"born,omitempty"`
	// Cleared: holds access to secrets. Barred: may not leave the country.
	Cleared  bool       `json:"cleared,omitempty"`
	Barred   bool       `json:"barred,omitempty"`
	Tags     []Trait    `json:"tags,omitempty"`
	Document Document   `json:"document,omitzero"`
	Past     []PastTrip `json:"past,omitempty"`
	// Justification is the written ground for a person whose duties are not those of the task.
	Justification string `json:"justification,omitempty"`
	// NoTask: has no part in the task. TermFrom is the day on which the present term of office began.
	NoTask   bool         `json:"no_task,omitempty"`
	TermFrom calendar.Day `json:"term_from,omitempty"`
	// Staff says what a person at a university or institute does; absent: not claimed.
	Staff Staff `json:"staff,omitempty"`
}

// Staff is what a person at a university or institute does.
type Staff string

// Words lists what a person at a university or institute may do.
func (Staff) Words() []string { return []string{"teaching", "research", "administrative"} }

// Stay is one stop of the itinerary.
type Stay struct {
	Place  place.Code   `json:"place,omitempty"`
	City   string       `json:"city,omitempty"`
	Arrive calendar.Day `json:"arrive,omitempty"`
	Leave  calendar.Day `json:"leave,omitempty"`
	// Airside: never left the airport, so not a country visited.
	Airside bool `json:"airside,omitempty"`
}

// Part is a half of a day.
type Part string

// Words lists the halves.
func (Part) Words() []string { return []string{"am", "pm"} }

// HalfDayKind is what a half-day abroad is used for.
type HalfDayKind string

// Words lists the uses of a half-day.
func (HalfDayKind) Words() []string { return []string{"official", "travel", "internal", "rest"} }

// HalfDay is one line of the programme.
type HalfDay struct {
	Day  calendar.Day `json:"day,omitempty"`
	Part Part         `json:"part,omitempty"`
	Kind HalfDayKind  `json:"kind,omitempty"`
	Text string       `json:"text,omitempty"`
	With string       `json:"with,omitempty"`
}

// Itinerary is where the delegation goes, from the day exit control is passed to the day entry control is passed.
type Itinerary struct {
	Exit  calendar.Day `json:"exit,omitempty"`
	Entry calendar.Day `json:"entry,omitempty"`
	Stays []Stay       `json:"stays,omitempty"`
	// PoorConnection is the flight evidence when the Latin America / Africa day is claimed.
	PoorConnection string    `json:"poor_connection,omitempty"`
	Programme      []HalfDay `json:"programme,omitempty"`
	// GapsReason explains half-days that have no line in the programme.
	GapsReason string `json:"gaps_reason,omitempty"`
}

// InviterKind is what sort of body invites.
type InviterKind string

// Words lists the sorts of inviters.
func (InviterKind) Words() []string {
	return []string{"counterpart", "conference-committee", "overseas-chinese-body", "foreign-mission-here", "intermediary", "home-funded-firm"}
}

// LetterPayer is who pays, as a letter says; an office lists how it writes that.
type LetterPayer string

// Listed says that the codes are the office's.
func (LetterPayer) Listed() {}

// Letter is the letter of invitation.
type Letter struct {
	Signed     bool         `json:"signed,omitempty"`
	Translated bool         `json:"translated,omitempty"`
	Names      []string     `json:"names,omitempty"`
	From       calendar.Day `json:"from,omitempty"`
	To         calendar.Day `json:"to,omitempty"`
	Payer      LetterPayer  `json:"payer,omitempty"`
	Contact    string       `json:"contact,omitempty"`
}

// Inviter is who invites, and the letter.
type Inviter struct {
	Kind                InviterKind `json:"kind,omitempty"`
	Body                string      `json:"body,omitempty"`
	Name                string      `json:"name,omitempty"`
	Post                string      `json:"post,omitempty"`
	Rank                Rank        `json:"rank,omitempty"`
	Place               place.Code  `json:"place,omitempty"`
	ThroughIntermediary bool        `json:"through_intermediary,omitempty"`
	// InternalBusiness: the head of an enterprise travels to a firm of the own group on internal management business.
	InternalBusiness bool   `json:"internal_business,omitempty"`
	Letter           Letter `json:"letter,omitzero"`
}

// Plan says whether the trip is in the year's approved plan, or which item it replaces and why.
type Plan struct {
	Listed     bool   `json:"listed,omitempty"`
	Swap       string `json:"swap,omitempty"`
	SwapReason string `json:"swap_reason,omitempty"`
}

// Payer is who pays for the trip.
type Payer string

// Words lists who may pay.
func (Payer) Words() []string {
	return []string{"own-budget", "host", "subordinate", "enterprise", "mission-abroad", "sponsor"}
}

// HostCovers is what the host pays for.
type HostCovers string

// Words lists what a host may pay for.
func (HostCovers) Words() []string { return []string{"none", "transport", "food", "all"} }

// Cabin is the class of a seat in the air.
type Cabin string

// Words lists the classes, dearest first.
func (Cabin) Words() []string { return []string{"first", "business", "economy"} }

// Carrier says whose airline it is.
type Carrier string

// Words lists the carriers.
func (Carrier) Words() []string { return []string{"home", "foreign"} }

// Flight is one international flight that is asked for.
type Flight struct {
	From    string  `json:"from,omitempty"`
	To      string  `json:"to,omitempty"`
	Cabin   Cabin   `json:"cabin,omitempty"`
	Carrier Carrier `json:"carrier,omitempty"`
	// Consent: the foreign-affairs and the finance office agreed beforehand to a foreign carrier.
	Consent    bool     `json:"consent,omitempty"`
	Travellers []string `json:"travellers,omitempty"`
}

// Leg is a journey between two cities abroad.
type Leg struct {
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
	Approved bool   `json:"approved,omitempty"`
}

// Banquet is a meal that the delegation gives abroad.
type Banquet struct {
	Day      calendar.Day `json:"day,omitempty"`
	Place    place.Code   `json:"place,omitempty"`
	City     string       `json:"city,omitempty"`
	PerHead  money.Amount `json:"per_head,omitzero"`
	Approved bool         `json:"approved,omitempty"`
}

// Budget is the money asked for.
type Budget struct {
	// Line is the budget line that covers it; empty: none.
	Line       string     `json:"line,omitempty"`
	Payer      Payer      `json:"payer,omitempty"`
	HostCovers HostCovers `json:"host_covers,omitempty"`
	HiredCar   bool       `json:"hired_car,omitempty"`
	// Lodging is what is asked for the whole delegation.
	Lodging money.Amount `json:"lodging,omitzero"`
	// LodgingAgreed are the offices that agreed beforehand to dearer lodging: foreign-affairs, finance.
	LodgingAgreed []Office  `json:"lodging_agreed,omitempty"`
	Flights       []Flight  `json:"flights,omitempty"`
	Legs          []Leg     `json:"legs,omitempty"`
	Banquets      []Banquet `json:"banquets,omitempty"`
}

// Office is one of the two offices that review a trip.
type Office string

// Words lists the two offices.
func (Office) Words() []string { return []string{"foreign-affairs", "finance"} }

// Review is the opinion of one office on the task-and-budget form.
type Review string

// Words lists the opinions.
func (Review) Words() []string { return []string{"agree", "disagree", "pending"} }

// Reviews holds the two opinions; an absent one is pending.
type Reviews struct {
	ForeignAffairs Review `json:"foreign_affairs,omitempty"`
	Finance        Review `json:"finance,omitempty"`
}

// NoticeField is one of the things that a public notice must show.
type NoticeField string

// Words lists what a public notice must show.
func (NoticeField) Words() []string {
	return []string{"members", "posts", "places", "task", "programme", "route", "letter", "inviter", "funding"}
}

// NoticeExemption is a ground for going without a public notice.
type NoticeExemption string

// Words lists the grounds.
func (NoticeExemption) Words() []string {
	return []string{"secret", "state-leader-party", "central-task", "emergency", "special-mission"}
}

// Notice is the public notice before the trip.
type Notice struct {
	From       calendar.Day    `json:"from,omitempty"`
	Covers     []NoticeField   `json:"covers,omitempty"`
	Objections int             `json:"objections,omitempty"`
	Exemption  NoticeExemption `json:"exemption,omitempty"`
	// OtherUnits are the units of other members that put their own people on notice; absent: not claimed.
	OtherUnits []string `json:"other_units,omitempty"`
}

// Extension asks for extra days.
type Extension struct {
	Requested  bool             `json:"requested,omitempty"`
	ApprovedBy []ExtensionGiver `json:"approved_by,omitempty"`
}

// ExtensionGiver is one of the two leaders who may grant extra days.
type ExtensionGiver string

// Words lists the two leaders.
func (ExtensionGiver) Words() []string {
	return []string{"leader-in-charge", "foreign-affairs-leader"}
}

// Paper is a paper that accompanies the application.
type Paper string

// Words lists the papers.
func (Paper) Words() []string {
	return []string{"request", "member-list", "programme", "invitation", "translation", "task-and-budget-form", "consent-letter", "swap-note"}
}

// Evidence is one of the seven kinds of academic task.
type Evidence string

// Words lists the kinds (厅字〔2016〕17号 as applied in a provincial rule of 2023).
func (Evidence) Words() []string {
	return []string{"named-project", "session-chair", "invited-talk", "own-paper", "agreement", "office-held", "fully-funded", "joint-work"}
}

// Academic is the evidence of an academic task.
type Academic struct {
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Cross says how the organising unit stands to the other units of a cross group.
type Cross struct {
	Relation Relation `json:"relation,omitempty"`
}

// Relation is how one unit stands to another.
type Relation string

// Words lists the relations.
func (Relation) Words() []string { return []string{"lead", "guide", "none"} }

// Undertakings are the declarations signed before the trip.
type Undertakings struct {
	// Secrecy are the persons who signed the secrecy undertaking.
	Secrecy []string `json:"secrecy,omitempty"`
	// Sovereignty: the inviter undertook that no topic touching sovereignty arises (Taiwan).
	Sovereignty bool `json:"sovereignty,omitempty"`
}

// Actual is what really happened at the borders.
type Actual struct {
	Exit    calendar.Day `json:"exit,omitempty"`
	Entry   calendar.Day `json:"entry,omitempty"`
	Places  []place.Code `json:"places,omitempty"`
	Members []string     `json:"members,omitempty"`
	// Route are the places in the order in which they were really reached, transfers included.
	Route []place.Code `json:"route,omitempty"`
	// Amended: the difference was approved up the same chain before it was made.
	Amended bool   `json:"amended,omitempty"`
	Note    string `json:"note,omitempty"`
	// RedEye: the flight passed exit or entry control in the night on the other side of midnight.
	RedEye bool `json:"red_eye,omitempty"`
}

// Homecoming is what was done after the return.
type Homecoming struct {
	DocumentsBack calendar.Day `json:"documents_back,omitempty"`
	Report        calendar.Day `json:"report,omitempty"`
	PostNotice    calendar.Day `json:"post_notice,omitempty"`
}
