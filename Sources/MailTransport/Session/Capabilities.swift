/// What a server offers in its reply to EHLO or LHLO (RFC 5321 §4.1.1.1, RFC 2033 §4.1).
struct Capabilities: Equatable, Sendable {
    /// RFC 2920
    var pipelining = false
    /// RFC 1870: whether SIZE may be said.
    var size = false
    /// RFC 1870 §4: octets; nil where there is no limit, or none is known.
    var sizeLimit: Int?
    /// RFC 6152
    var eightBit = false
    /// RFC 6531
    var internationalized = false
    /// RFC 3461
    var notifications = false
    /// RFC 3030
    var chunking = false
    /// RFC 2034
    var enhancedStatus = false
    /// RFC 3207
    var startTLS = false
    /// RFC 2852
    var deliverBy = false
    /// RFC 4954: those of the offered mechanisms that we know.
    var mechanisms: Set<AuthenticationMechanism> = []

    /// Nothing: what HELO gives.
    init() {}

    /// - Parameter reply: its first line is the server's name and is not looked at. Of what is offered twice, both
    ///   count.
    init(_ reply: Reply) {
        for line in reply.lines.dropFirst() { add(line) }
    }

    private mutating func add(_ line: [UInt8]) {
        // Old servers write `AUTH=LOGIN PLAIN`.
        let words = line.split(maxSplits: 100, omittingEmptySubsequences: true) {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "=")
        }
        guard let keyword = words.first.map({ String(decoding: $0, as: UTF8.self).uppercased() }) else {
            return
        }
        switch keyword {
        case "PIPELINING": pipelining = true
        case "SIZE": addSize(words.dropFirst().first)
        case "8BITMIME": eightBit = true
        case "SMTPUTF8": internationalized = true
        case "DSN": notifications = true
        case "CHUNKING": chunking = true
        case "ENHANCEDSTATUSCODES": enhancedStatus = true
        case "STARTTLS": startTLS = true
        case "DELIVERBY": deliverBy = true
        case "AUTH":
            for word in words.dropFirst() {
                let name = String(decoding: word, as: UTF8.self).uppercased()
                if let mechanism = AuthenticationMechanism(rawValue: name) { mechanisms.insert(mechanism) }
            }
        default: break
        }
    }

    /// RFC 1870 §4: zero is no limit. What is no number is none either.
    private mutating func addSize(_ word: ArraySlice<UInt8>?) {
        size = true
        guard let word, word.count <= 20, let limit = Int(String(decoding: word, as: UTF8.self)), limit > 0
        else {
            return
        }
        sizeLimit = limit
    }
}
