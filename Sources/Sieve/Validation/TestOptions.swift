/// What the tags of tests that extensions add have asked for.
struct TestOptions: Sendable {
    /// `:index`: which field of each name counts, from 1; nil for all (RFC 5260 §6).
    var index: Int?
    /// `:last`: whether `:index` counts from the end.
    var isFromEnd = false

    /// Whether all fields of the message's header count, as in RFC 5228.
    var selectsAll: Bool { index == nil }

    /// Those of the fields of one name that count.
    func select<Element>(_ fields: [Element]) -> ArraySlice<Element> {
        guard let index else { return fields[...] }
        guard index >= 1, index <= fields.count else { return [] }
        let place = isFromEnd ? fields.count - index : index - 1
        return fields[place...place]
    }
}
