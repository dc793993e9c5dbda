/// A small generator of numbers that are the same in every run (xorshift).
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// A number of `0..<bound`.
    mutating func next(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 24) }

    /// Up to `length` octets, each one of `alphabet` or, of an empty one, any.
    mutating func bytes(upTo length: Int, of alphabet: [UInt8] = []) -> [UInt8] {
        (0..<next(length + 1)).map { _ in alphabet.isEmpty ? byte() : alphabet[next(alphabet.count)] }
    }

    /// `source` with a few octets changed, removed, doubled or inserted.
    mutating func mutated(_ source: [UInt8], alphabet: [UInt8]) -> [UInt8] {
        var bytes = source
        for _ in 0...next(6) {
            let index = next(bytes.count + 1)
            let other = alphabet.isEmpty ? byte() : alphabet[next(alphabet.count)]
            switch next(5) {
            case 0 where index < bytes.count: bytes[index] = other
            case 1 where index < bytes.count: bytes.remove(at: index)
            case 2: bytes.insert(other, at: index)
            case 3:
                let end = min(index + next(20), bytes.count)
                bytes.insert(contentsOf: Array(bytes[index..<end]), at: next(bytes.count + 1))
            default:
                let end = min(index + next(20), bytes.count)
                bytes.removeSubrange(index..<end)
            }
        }
        return bytes
    }
}
