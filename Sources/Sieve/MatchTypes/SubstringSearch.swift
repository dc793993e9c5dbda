extension Span<UInt8> {
    /// Where `needle` first begins at or after `start`, which must be within the span or its end.
    ///
    /// Takes time in proportion to the two lengths, whatever is in them: it compares at each place where the first
    /// octet fits, as is fastest on ordinary text, and once that has wasted more than the text is long it goes on
    /// with Knuth, Morris and Pratt's algorithm, which never looks back.
    func firstRange(of needle: Span<UInt8>, from start: Int) -> Int? {
        guard needle.count > 0 else { return start }
        guard count &- start >= needle.count else { return nil }
        let first = needle[0]
        let last = count &- needle.count
        var wasted = 0
        var index = start
        while index <= last {
            if self[index] == first {
                var length = 1
                while length < needle.count, self[index &+ length] == needle[length] { length &+= 1 }
                if length == needle.count { return index }
                wasted &+= length
                if wasted > (index &- start) &* 2 &+ 256 {
                    return steadySearch(for: needle, from: index &+ 1)
                }
            }
            index &+= 1
        }
        return nil
    }

    /// Knuth, Morris and Pratt.
    private func steadySearch(for needle: Span<UInt8>, from start: Int) -> Int? {
        // borders[n]: the length of the longest proper prefix of the needle's first n octets that also ends them.
        var borders = [Int](repeating: 0, count: needle.count + 1)
        var border = 0
        for index in 1..<needle.count {
            while border > 0, needle[index] != needle[border] { border = borders[border] }
            if needle[index] == needle[border] { border += 1 }
            borders[index + 1] = border
        }
        var matched = 0
        for index in start..<count {
            while matched > 0, self[index] != needle[matched] { matched = borders[matched] }
            if self[index] == needle[matched] { matched += 1 }
            if matched == needle.count { return index + 1 - matched }
        }
        return nil
    }
}
