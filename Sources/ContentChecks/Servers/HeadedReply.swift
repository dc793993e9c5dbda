import Platform

/// A reply whose head is lines and whose body is octets, as HTTP (RFC 9112) and SPAMC have it, read as it
/// comes in.
///
/// - A line ends in LF or CRLF; an empty one ends the head.
/// - The body is as long as the head says, or comes in chunks (RFC 9112 §7.1), or goes on to the end of the
///   connection.
/// - A head that says two lengths says none (RFC 9112 §6.3).
///
/// Invariant: how the octets are divided when they come in makes no difference.
struct HeadedReply: Sendable {
    struct Field: Equatable, Sendable {
        /// In lower case.
        let name: [UInt8]
        /// Without blanks at its ends.
        let value: [UInt8]
    }

    private enum Place: Equatable, Sendable {
        case head
        case body(left: Int)
        case bodyUntilEnd
        case chunkHead
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case complete
    }

    private let scanner: String
    private let bodyLimit: Int
    private var place = Place.head
    private var line: [UInt8] = []
    private var headOctets = 0
    /// The first line, without its end, as soon as it is there.
    private(set) var statusLine: [UInt8]?
    private(set) var fields: [Field] = []
    private(set) var body: [UInt8] = []
    /// What is wrong with it; then nothing more is read.
    private(set) var fault: ScannerFailure?

    private static let headLimit = 1 << 15
    private static let fieldLimit = 100

    /// - Parameters:
    ///   - scanner: whose reply it is, for failures.
    ///   - bodyLimit: octets; a reply with more is none.
    init(of scanner: String, bodyLimit: Int) {
        self.scanner = scanner
        self.bodyLimit = bodyLimit
    }

    var isComplete: Bool { place == .complete }

    /// Whether nothing that still comes would change it.
    var isOver: Bool { isComplete || fault != nil }

    /// Takes more of it.
    mutating func take(_ octets: [UInt8]) {
        var rest = octets[...]
        while !rest.isEmpty, !isOver {
            switch place {
            case .head, .chunkHead, .chunkEnd, .trailer:
                if takeLine(&rest) {
                    read(line)
                    line = []
                }
            case .body(let left):
                let count = takeBody(&rest, most: left)
                place = count == left ? .complete : .body(left: left - count)
            case .chunk(let left):
                let count = takeBody(&rest, most: left)
                place = count == left ? .chunkEnd : .chunk(left: left - count)
            case .bodyUntilEnd: takeBody(&rest, most: rest.count)
            case .complete: return
            }
        }
    }

    /// Takes the end of the connection.
    mutating func end() {
        guard !isOver else { return }
        if place == .bodyUntilEnd {
            place = .complete
        } else {
            fail(.cutOff, statusLine == nil ? "it hung up without an answer" : "its answer has no end")
        }
    }

    /// Takes that the connection broke.
    mutating func breakOff(_ failure: ScannerFailure) {
        if !isOver { fault = failure }
    }

    /// The only field of that name; nil if there is none, or more than one.
    func field(_ name: StaticString) -> [UInt8]? {
        let found = fields.filter { $0.name.elementsEqual(name.description.utf8) }
        return found.count == 1 ? found[0].value : nil
    }

    /// Takes octets up to the end of a line.
    ///
    /// - Returns: whether the line is there, in ``line``.
    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let part = rest[..<(end ?? rest.endIndex)]
        let taken = end == nil ? part.count : part.count + 1
        rest = rest.dropFirst(taken)
        headOctets += taken
        guard headOctets <= Self.headLimit else {
            fail(.unintelligible, "the head of its answer has no end")
            return false
        }
        line += part
        guard end != nil else { return false }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return true
    }

    @discardableResult
    private mutating func takeBody(_ rest: inout ArraySlice<UInt8>, most: Int) -> Int {
        let part = rest.prefix(most)
        guard part.count <= bodyLimit - body.count else {
            fail(.unintelligible, "it answers too much")
            return 0
        }
        body += part
        rest = rest.dropFirst(part.count)
        return part.count
    }

    private mutating func read(_ line: [UInt8]) {
        switch place {
        case .head where statusLine == nil: statusLine = line
        case .head where line.isEmpty: beginBody()
        case .head: readField(line)
        case .chunkHead: beginChunk(line)
        case .chunkEnd:
            // Chunks are short, and many: their heads are bounded by what they hold.
            headOctets = 0
            place = .chunkHead
            if !line.isEmpty { fail(.unintelligible, "a chunk of its answer is longer than it says") }
        case .trailer:
            if line.isEmpty { place = .complete }
        case .body, .bodyUntilEnd, .chunk, .complete: break
        }
    }

    private mutating func readField(_ line: [UInt8]) {
        guard fields.count < Self.fieldLimit, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            fail(.unintelligible, "the head of its answer is none: \(ScannerText.fit(line))")
            return
        }
        let value = line[(colon + 1)...].drop(while: Self.isBlank)
        let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
        fields.append(
            Field(name: line[..<colon].map(Self.lowercased), value: Array(value[..<end])))
    }

    private mutating func beginBody() {
        let lengths = fields.filter { $0.name.elementsEqual("content-length".utf8) }
        let codings = fields.filter { $0.name.elementsEqual("transfer-encoding".utf8) }
        guard codings.isEmpty else {
            guard codings.count == 1, lengths.isEmpty,
                codings[0].value.map(Self.lowercased).elementsEqual("chunked".utf8)
            else {
                fail(.unintelligible, "its answer has an unknown encoding")
                return
            }
            place = .chunkHead
            return
        }
        guard let first = lengths.first else {
            place = .bodyUntilEnd
            return
        }
        guard lengths.allSatisfy({ $0 == first }), let length = Self.decimal(first.value) else {
            fail(.unintelligible, "the length of its answer is none")
            return
        }
        guard length <= bodyLimit else {
            fail(.unintelligible, "it answers too much")
            return
        }
        place = length == 0 ? .complete : .body(left: length)
    }

    /// `chunk-size [ chunk-ext ]` of RFC 9112 §7.1; extensions mean nothing to us (§7.1.1).
    private mutating func beginChunk(_ line: [UInt8]) {
        let digits = line.prefix { HexDigit.value($0) != nil }
        let next = line.dropFirst(digits.count).first { !Self.isBlank($0) }
        guard 1...8 ~= digits.count, next == nil || next == UInt8(ascii: ";") else {
            fail(.unintelligible, "a chunk of its answer has no length")
            return
        }
        let length = Int(HexDigit.number(digits))
        guard length <= bodyLimit - body.count else {
            fail(.unintelligible, "it answers too much")
            return
        }
        place = length == 0 ? .trailer : .chunk(left: length)
    }

    private mutating func fail(_ reason: ScannerFailure.Reason, _ detail: String) {
        fault = ScannerFailure(reason, scanner: scanner, detail)
    }

    /// A number of 1 to 15 digits.
    static func decimal(_ digits: [UInt8]) -> Int? {
        guard 1...15 ~= digits.count, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }

    private static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }
}

extension ScannerConnection {
    /// Receives a reply until it is over, or until `isEnough`. That the connection breaks is a fault of the
    /// reply: what the scanner said before counts.
    ///
    /// - Throws: at the deadline, and where the scanner says too much.
    mutating func receive(
        _ reply: inout HeadedReply, until isEnough: (HeadedReply) -> Bool = { _ in false }
    ) throws(ScannerFailure) {
        while !reply.isOver, !isEnough(reply) {
            do throws(ScannerFailure) {
                let octets = try receive()
                if octets.isEmpty {
                    reply.end()
                } else {
                    reply.take(octets)
                }
            } catch  where error.reason == .cutOff {
                reply.breakOff(error)
            }
        }
    }
}
