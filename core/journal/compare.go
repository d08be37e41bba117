package journal

import (
	"cmp"
	"slices"

	"chancery/core/text"
)

// compare holds the entries against the leaves. When nothing was touched entry n is leaf n. Otherwise each entry is
// looked up among the leaves: what keeps the leaves' order stands, what breaks it was moved, what is not there was
// changed or put in, and a leaf that no entry answers was removed.
func (a *Audit) compare() {
	size := int64(len(a.tree))
	straight := true
	for i, s := range a.seen {
		id := text.Args{"id": s.id}
		if !s.whole {
			a.fault(s.id, Changed, "第 {id} 条记录被改动：与其散列值不符", "entry {id} was changed: it does not have its hash", id)
		}
		if s.id != int64(i+1) || (s.id <= size && a.tree[i] != s.leaf) {
			straight = false
		}
	}
	if straight && int64(len(a.seen)) >= size {
		return
	}
	at := make(map[Hash]int64, len(a.tree))
	for i, leaf := range a.tree {
		if _, twice := at[leaf]; !twice {
			at[leaf] = int64(i) + 1
		}
	}
	answered := make(map[int64]bool, len(a.seen)) // leaves that some entry answers
	held := make(map[int64]bool, len(a.seen))     // IDs that some entry bears
	var places []int64
	for _, s := range a.seen {
		held[s.id] = true
		if place := at[s.leaf]; place != 0 {
			answered[place] = true
			places = append(places, place)
		}
	}
	stands := rising(places)
	replaced := map[int64]bool{}
	for _, s := range a.seen {
		id := text.Args{"id": s.id}
		place := at[s.leaf]
		switch {
		case place != 0 && !stands[place]:
			a.fault(s.id, Reordered, "第 {id} 条记录被移动了位置", "entry {id} was moved from its place", id)
		case place != 0 || s.id > size:
		case answered[s.id]:
			a.fault(s.id, Inserted, "第 {id} 条记录是插入的：树中没有它", "entry {id} was put in: the tree does not hold it", id)
		default:
			replaced[s.id] = true
			if s.whole {
				a.fault(s.id, Changed, "第 {id} 条记录被改动：树中的是另一条", "entry {id} was changed: the tree holds another", id)
			}
		}
	}
	a.missing(at, answered, replaced)
	a.gaps(held, size)
}

// missing reports the leaves that no entry answers: the tail as cut off, others as removed.
func (a *Audit) missing(at map[Hash]int64, answered, replaced map[int64]bool) {
	for i, leaf := range a.tree {
		if answered[at[leaf]] { // a leaf that came into the tree twice is answered once
			answered[int64(i)+1] = true
		}
	}
	end := int64(len(a.tree))
	for end > 0 && !answered[end] && !replaced[end] {
		end--
	}
	for i := range end {
		if id := i + 1; !answered[id] && !replaced[id] {
			a.fault(id, Removed, "第 {id} 条记录被删去", "entry {id} was removed", text.Args{"id": id})
		}
	}
	if end < int64(len(a.tree)) {
		a.fault(end+1, Removed, "第 {id} 条起直到树末（第 {last} 条）的记录被删去", "the entries from {id} to the end of the tree at {last} were removed",
			text.Args{"id": end + 1, "last": len(a.tree)})
	}
}

// gaps reports IDs that are missing among the entries that wait for the tree.
func (a *Audit) gaps(held map[int64]bool, size int64) {
	if len(a.seen) == 0 {
		return
	}
	for id := size + 1; id < a.seen[len(a.seen)-1].id; id++ {
		if !held[id] {
			a.fault(id, Removed, "第 {id} 条记录被删去", "entry {id} was removed", text.Args{"id": id})
		}
	}
}

// compareSigned holds the tree against what was signed.
func (a *Audit) compareSigned() {
	slices.SortStableFunc(a.signed, func(x, y Checkpoint) int { return cmp.Compare(x.Size, y.Size) })
	good, told := int64(0), false
	for _, c := range a.signed {
		args := text.Args{"size": c.Size, "good": good + 1, "has": a.grown.size}
		switch {
		case c.Size > a.grown.size:
			a.fault(a.grown.size+1, Truncated, "记录被截断：签署过 {size} 条，树中只有 {has} 条", "the record was cut off: {size} entries were signed, the tree holds {has}", args)
			return
		case a.roots[c.Size] == c.Root:
			good = c.Size
		case !told:
			told = true
			a.fault(good+1, Changed, "第 {good} 至 {size} 条之间的树被改写：与签署的根不符", "the tree was rewritten between entries {good} and {size}: it does not have the root that was signed", args)
		}
	}
}

// rising gives a longest rising subsequence of the places: what kept its order.
func rising(places []int64) map[int64]bool {
	ends := []int{} // ends[n]: where the rising run of n+1 places with the least end ends
	before := make([]int, len(places))
	for i, p := range places {
		n, _ := slices.BinarySearchFunc(ends, p, func(e int, p int64) int { return cmp.Compare(places[e], p) })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	keep := map[int64]bool{}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			keep[places[i]] = true
		}
	}
	return keep
}
