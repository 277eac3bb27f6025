# Sets of transaction ids as text; `had` is one. A tag is part of what the numbers belong to: `uuid:tag`.
# With `asked`, another one: prints the first range of it that is not in `had`, and nothing where all of it is.
# With `met`, another one: prints the first that it has in common with `had`.
# With `less`, another one: prints `had` without it.
# Without: reads the transactions of binary logs (file, position, time, GTID …), and prints file, position and GTID, with
# tabs between, of the first that is not in `had`; with `rest`, all the lines of those that are not; with `together`, the
# set of all in `had` and all that are read.
function parse(text,    sets, each, parts, words, ends, source, i, j) {
    ranges = 0
    sets = split(text, each, ",")
    for (i = 1; i <= sets; i++) {
        words = split(each[i], parts, ":")
        source = parts[1]
        for (j = 2; j <= words; j++) {
            if (parts[j] !~ /^[0-9]+(-[0-9]+)?$/) { source = parts[1] ":" parts[j]; continue }
            if (split(parts[j], ends, "-") == 1) ends[2] = ends[1]
            of[++ranges] = source
            first[ranges] = ends[1] + 0
            last[ranges] = ends[2] + 0
        }
    }
}
function shown(source, low, high) { return sprintf(low < high ? "%s:%.0f-%.0f" : "%s:%.0f", source, low, high) }
# No two ranges of `had` overlap or touch.
function add(source, from, to,    i) {
    for (i = 1; i <= count; i++) {
        if (owner[i] != source || low[i] > to + 1 || high[i] < from - 1) continue
        if (low[i] < from) from = low[i]
        if (high[i] > to) to = high[i]
        drop(i--)
    }
    owner[++count] = source
    low[count] = from
    high[count] = to
}
function drop(i) {
    owner[i] = owner[count]
    low[i] = low[count]
    high[i] = high[count--]
}
function remove(source, from, to,    i, below, above) {
    for (i = 1; i <= count; i++) {
        if (owner[i] != source || low[i] > to || high[i] < from) continue
        below = low[i]
        above = high[i]
        drop(i--)
        if (below < from) add(source, below, from - 1)
        if (above > to) add(source, to + 1, above)
    }
}
function has(source, from, to,    i) {
    for (i = 1; i <= count; i++) if (owner[i] == source && low[i] <= from && high[i] >= to) return 1
    return 0
}
function common(source, from, to,    i) {
    for (i = 1; i <= count; i++)
        if (owner[i] == source && low[i] <= to && high[i] >= from)
            return shown(source, low[i] > from ? low[i] : from, high[i] < to ? high[i] : to)
    return ""
}
function show(    i) { for (i = 1; i <= count; i++) printf "%s%s", (i > 1 ? "," : ""), shown(owner[i], low[i], high[i]) }
BEGIN {
    FS = "\t"
    parse(had)
    for (i = 1; i <= ranges; i++) add(of[i], first[i], last[i])
    if (asked != "") {
        parse(asked)
        for (i = 1; i <= ranges; i++) if (!has(of[i], first[i], last[i])) { print shown(of[i], first[i], last[i]); break }
        exit
    }
    if (met != "") {
        parse(met)
        for (i = 1; i <= ranges; i++) if ((shared = common(of[i], first[i], last[i])) != "") { print shared; break }
        exit
    }
    if (less != "") {
        parse(less)
        for (i = 1; i <= ranges; i++) remove(of[i], first[i], last[i])
        show()
        exit
    }
}
{
    parse($4)
    if (ranges != 1) next
    lacking = !has(of[1], first[1], last[1])
}
together && lacking { add(of[1], first[1], last[1]) }
together { next }
rest && lacking { print }
rest { next }
lacking { print $1 "\t" $2 "\t" $4; exit }
END { if (together) show() }
