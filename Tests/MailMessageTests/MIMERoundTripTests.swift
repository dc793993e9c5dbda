import MailMessage
import Platform
import Testing

/// An entity to be written down and found again.
private indirect enum Entity {
    case text([UInt8])
    case message(Entity)
    case multipart(boundary: String, parts: [Entity], preamble: String, epilogue: String, isClosed: Bool)

    /// A random tree in which every boundary is used once; some are beginnings of others.
    static func random(_ random: inout Random, depth: Int, next number: inout Int) -> Entity {
        let kind = depth == 0 ? 0 : random.next(5)
        switch kind {
        case 1: return .message(.random(&random, depth: depth - 1, next: &number))
        case 2...:
            number += 1
            let styles = [
                "b\(number)", "\(String(repeating: "b", count: number))", "=_\(number):x", "b\(number)--",
                "a b\(number)",
            ]
            let boundary = styles[random.next(styles.count)]
            var parts: [Entity] = []
            for _ in 0...random.next(3) { parts.append(.random(&random, depth: depth - 1, next: &number)) }
            return .multipart(
                boundary: boundary, parts: parts, preamble: random.next(2) == 0 ? "" : "preamble\n",
                epilogue: random.next(2) == 0 ? "" : "epilogue -- of it\n", isClosed: random.next(4) > 0)
        default:
            return .text(random.bytes(upTo: 30, of: [UInt8]("ab-- \n:=")) + [UInt8](".\n"))
        }
    }

    /// The boundaries, and whether each is there once.
    func boundaries(_ found: inout [String]) {
        switch self {
        case .text: break
        case .message(let inner): inner.boundaries(&found)
        case .multipart(let boundary, let parts, _, _, _):
            found.append(boundary)
            for part in parts { part.boundaries(&found) }
        }
    }

    /// Header and body; the body ends in a line end.
    var written: [UInt8] {
        switch self {
        case .text(let bytes): return [UInt8]("X-Kind: text\n\n") + bytes
        case .message(let inner): return [UInt8]("Content-Type: message/rfc822\n\n") + inner.written
        case .multipart(let boundary, let parts, let preamble, let epilogue, let isClosed):
            var bytes = [UInt8]("Content-Type: multipart/mixed;\n boundary=\"\(boundary)\"\n\n\(preamble)")
            for part in parts { bytes += [UInt8]("--\(boundary)\n") + part.written + [0x0A] }
            if isClosed { bytes += [UInt8]("--\(boundary)--\n\(epilogue)") }
            return bytes
        }
    }

    func matches(_ part: MIMEPart, of message: Message) -> Bool {
        switch self {
        case .text(let bytes):
            let body = message.bytes.array(part.body)
            // What is not closed ends with the delimiter or the end of something further out, whose line end it keeps.
            return part.children.isEmpty && body.starts(with: bytes)
                && body.dropFirst(bytes.count).allSatisfy { $0 == 0x0A }
        case .message(let inner):
            guard part.children.count == 1, let child = part.children.first else { return false }
            return part.mediaType == "message" && inner.matches(child, of: message)
        case .multipart(_, let parts, let preamble, _, _):
            guard part.mediaType == "multipart", part.children.count == parts.count else { return false }
            return message.text(part.preamble) == String(preamble.dropLast())
                && zip(parts, part.children).allSatisfy { $0.matches($1, of: message) }
        }
    }
}

@Suite("Entities that are written down")
struct MIMERoundTripTests {
    @Test("are found as they were, whatever they nest in", arguments: [UInt64(41), 42, 43])
    func roundTrip(_ seed: UInt64) {
        var random = Random(seed: seed)
        var cases = 0
        while cases < 800 {
            var number = 0
            let entity = Entity.random(&random, depth: 5, next: &number)
            var boundaries: [String] = []
            entity.boundaries(&boundaries)
            let bytes = entity.written
            // Text that happens to hold a delimiter, and boundaries that occur twice, are other tests' business.
            guard Set(boundaries).count == boundaries.count, !hasStrayDelimiter(entity, boundaries) else {
                continue
            }
            let message = Message(SharedBytes(bytes))
            let root = message.structure()
            #expect(entity.matches(root, of: message), "\(bytes.text)")
            #expect(root.exceeded == nil)
            cases += 1
        }
        print("trees written and found: \(cases) cases")
    }

    private func hasStrayDelimiter(_ entity: Entity, _ boundaries: [String]) -> Bool {
        switch entity {
        case .text(let bytes):
            return bytes.text.split(separator: "\n").contains { line in
                line.hasPrefix("--") && boundaries.contains { line.dropFirst(2).hasPrefix($0) }
            }
        case .message(let inner): return hasStrayDelimiter(inner, boundaries)
        case .multipart(let boundary, let parts, _, _, _):
            // `b--` is also the last delimiter of `b`, where both are open.
            let isAmbiguous = boundaries.contains { $0 + "--" == boundary }
            return isAmbiguous || parts.contains { hasStrayDelimiter($0, boundaries) }
        }
    }

    @Test("have contents that are decoded as they were encoded")
    func contents() throws {
        var random = Random(seed: 44)
        let cases = 300
        for _ in 0..<cases {
            let content = random.bytes(upTo: 500)
            let text = "Content-Type: multipart/mixed; boundary=limit\n\n--limit\nContent-Transfer-Encoding: "
            var bytes = [UInt8](text + "base64\n\n") + encodeBase64(content)
            bytes +=
                [UInt8]("--limit\nContent-Transfer-Encoding: quoted-printable\n\n")
                + encodeQuotedPrintable(content)
            bytes += [UInt8]("\n--limit--\n")
            let message = Message(SharedBytes(bytes))
            let parts = message.structure().children
            #expect(parts.map { message.content(of: $0, limit: .max) } == [content, content])
        }
        print("contents written and decoded: \(cases) cases")
    }

    @Test("are not taken apart any further by a part of another message")
    func foreignPart() {
        let long = Message(MIMEPartTests.mixed + String(repeating: "--b\n\nx\n", count: 5))
        let short = Message("A: 1\n\n")
        long.structure().forEach { part in
            #expect(short.content(of: part, limit: .max).count <= short.bytes.count)
            #expect(short.contentTypeParameters(of: part).parameters.isEmpty)
        }
    }
}
