/// The nearest of some names to one that does not exist.
enum Suggestion {
    /// Names longer than this are not compared.
    private static let maximumLength = 64

    /// The nearest name, unless even that one is far away: more than two slips, or a third of the name.
    static func nearest(to name: String, among names: some Sequence<String>) -> String? {
        let length = name.utf8.count
        guard length > 0, length <= maximumLength else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in names {
            let distance = distance(Array(name.utf8), Array(candidate.utf8))
            if distance < (best?.distance ?? Int.max) { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(2, length / 3), best.distance < best.name.utf8.count else {
            return nil
        }
        return best.name
    }

    /// Insertions, deletions, changes and swaps of neighbours that make the one of the other.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard a.count <= maximumLength, b.count <= maximumLength else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
