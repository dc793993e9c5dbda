import Platform

/// The line `From sender date` that mbox tools and some message transfer agents put before the header
/// (Exim's pipe transport, Postfix's local(8)). It is no part of the message.
struct FromLine: Equatable, Sendable {
    /// Bytes from the start of the input to the start of the message.
    let length: Int
    /// The address in it; nil if there is none.
    let sender: String?

    /// The line at the start of `input`; nil if the input starts otherwise, or the line does not end in it.
    init?(_ input: Span<UInt8>) {
        let mark: StaticString = "From "
        guard input.count > mark.utf8CodeUnitCount else { return nil }
        for (index, byte) in mark.description.utf8.enumerated() where input[index] != byte { return nil }
        var end = mark.utf8CodeUnitCount
        var wordEnd: Int?
        while end < input.count, input[end] != UInt8(ascii: "\n") {
            if wordEnd == nil, input[end] == UInt8(ascii: " ") || input[end] == UInt8(ascii: "\r") {
                wordEnd = end
            }
            end += 1
        }
        guard end < input.count else { return nil }
        length = end + 1
        var word: [UInt8] = []
        for index in mark.utf8CodeUnitCount..<(wordEnd ?? end) { word.append(input[index]) }
        sender = word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }
}
