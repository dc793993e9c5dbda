import MailMessage
import Platform
import Testing

/// What the edited message is.
private func edited(_ text: String, _ edit: (inout HeaderEditing) throws -> Void) rethrows -> String {
    let message = Message(text)
    var editing = HeaderEditing(message)
    try edit(&editing)
    let result = editing.edited(message)
    return result.text(0..<result.bytes.count)
}

@Suite("A header under edit")
struct HeaderEditingTests {
    @Test("is what it was until something changes", arguments: HeaderSectionTests.cases)
    func untouched(_ example: HeaderSectionTests.Case) throws {
        let message = Message(example.text)
        var editing = HeaderEditing(message)
        #expect(!editing.isEdited)
        #expect(editing.bytes == message.bytes.array(0..<message.header.bodyStart))
        #expect(editing.delete(named: "X-None") == 0)
        #expect(editing.delete(named: "A", index: 100) == 0)
        #expect(editing.delete(named: "A") { _ in false } == 0)
        #expect(!editing.isEdited)
        #expect(editing.edited(message).text(0..<message.bytes.count) == example.text)
        #expect(editing.header.fieldNames == example.names)
    }

    struct Addition: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        let top: String
        let bottom: String
        var testDescription: String { name }
    }

    static let additions = [
        Addition(
            name: "LF", text: "A: 1\nB: 2\n\nt\n", top: "X: y\nA: 1\nB: 2\n\nt\n",
            bottom: "A: 1\nB: 2\nX: y\n\nt\n"),
        Addition(
            name: "CRLF", text: "A: 1\r\n\r\nt\r\n", top: "X: y\r\nA: 1\r\n\r\nt\r\n",
            bottom: "A: 1\r\nX: y\r\n\r\nt\r\n"),
        Addition(
            name: "the line end is that of the first line", text: "A: 1\r\nB: 2\n\nt\n",
            top: "X: y\r\nA: 1\r\nB: 2\n\nt\n", bottom: "A: 1\r\nB: 2\nX: y\r\n\nt\n"),
        Addition(name: "no fields", text: "\nt\n", top: "X: y\n\nt\n", bottom: "X: y\n\nt\n"),
        Addition(name: "no fields, CRLF", text: "\r\nt", top: "X: y\r\n\r\nt", bottom: "X: y\r\n\r\nt"),
        Addition(name: "empty", text: "", top: "X: y\n\n", bottom: "X: y\n\n"),
        Addition(name: "no empty line", text: "A: 1\n", top: "X: y\nA: 1\n\n", bottom: "A: 1\nX: y\n\n"),
        Addition(name: "no line end", text: "A: 1", top: "X: y\nA: 1\n\n", bottom: "A: 1\nX: y\n\n"),
        Addition(
            name: "a body without an empty line", text: "A: 1\nhello\nB: 2\n",
            top: "X: y\nA: 1\n\nhello\nB: 2\n",
            bottom: "A: 1\nX: y\n\nhello\nB: 2\n"),
        Addition(
            name: "a body that would continue a field", text: " hello\nB: 2\n", top: "X: y\n\n hello\nB: 2\n",
            bottom: "X: y\n\n hello\nB: 2\n"),
        Addition(
            name: "an mbox line", text: "From me now\nA: 1\n\nt", top: "From me now\nX: y\nA: 1\n\nt",
            bottom: "From me now\nA: 1\nX: y\n\nt"),
        Addition(
            name: "an mbox line and no fields", text: "From me now\n\nt", top: "From me now\nX: y\n\nt",
            bottom: "From me now\nX: y\n\nt"),
        Addition(
            name: "an mbox line alone", text: "From me now\r\n", top: "From me now\r\nX: y\r\n\r\n",
            bottom: "From me now\r\nX: y\r\n\r\n"),
        Addition(
            name: "folds and odd fields stay", text: "A : =?x?\n\t \n b\nA:\n\nt",
            top: "X: y\nA : =?x?\n\t \n b\nA:\n\nt",
            bottom: "A : =?x?\n\t \n b\nA:\nX: y\n\nt"),
    ]

    @Test("takes fields at either end", arguments: additions)
    func add(_ example: Addition) throws {
        #expect(try edited(example.text) { try $0.add(name: "X", value: "y") } == example.top)
        #expect(try edited(example.text) { try $0.add(name: "X", value: "y", at: .bottom) } == example.bottom)
    }

    @Test(
        "takes any value",
        arguments: [
            ("", ""), ("y", "y"), ("  y  ", "y"), ("a  b", "a  b"),
            ("Это тест!", "Это тест!"), ("Ring my \u{7}!", "Ring my \u{7}!"),
            ("=?utf-8?q?x?=", "=?utf-8?q?x?="),
            ("a\r\n b\r\n c\r\n", "a b c"), ("a\nb", "a b"), ("a\r\rb", "a b"), ("a\n\n\tb", "a\tb"),
            ("a \n b", "a  b"), ("\r\n\r\nBcc: x@y", "Bcc: x@y"), ("a\r\n\r\nbody", "a body"),
            ("a" + String(repeating: " ", count: 2000) + "b", "a b"),
        ])
    func values(_ value: String, _ expected: String) throws {
        let message = Message("A: 1\r\n\r\nbody")
        var editing = HeaderEditing(message)
        try editing.add(name: "X", value: value)
        #expect(editing.header.decoded("x") == expected)
        #expect(editing.header.fieldNames == ["X", "A"])
        let lines = editing.bytes.text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.suffix(2) == ["", ""] && lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(editing.edited(message).bodyText == "body")
    }

    @Test("folds what is long, and reads it as it was")
    func folded() throws {
        let long = (0..<40).map { "word\($0)" }.joined(separator: " ")
        var editing = HeaderEditing(Message("A: 1\n\n"))
        try editing.add(name: "X", value: long)
        try editing.add(name: "Y", value: "é" + long, at: .bottom)
        #expect(editing.header.decoded("X") == long)
        #expect(editing.header.decoded("Y") == "é" + long)
        #expect(editing.bytes.text.split(separator: "\n").allSatisfy { $0.utf8.count <= 78 })
        let name = String(repeating: "n", count: 900)
        try editing.add(name: name, value: String(repeating: "v", count: 900))
        #expect(editing.header.decoded(name)?.utf8.count == 900)
        #expect(editing.bytes.text.split(separator: "\n").allSatisfy { $0.utf8.count <= 998 })
    }

    @Test("refuses what is no field")
    func refused() {
        var editing = HeaderEditing(Message("A: 1\n\n"))
        for name in ["", "X:", "X Y", "X\n", "é", String(repeating: "x", count: 901)] {
            #expect(throws: FieldComposition.Failure.illegalName) { try editing.add(name: name, value: "y") }
            #expect(!FieldName.isValid(name))
        }
        #expect(throws: FieldComposition.Failure.illegalCharacter) {
            try editing.add(name: "X", value: "a\0b")
        }
        #expect(!editing.isEdited)
        #expect(editing.bytes.text == "A: 1\n\n")
        #expect(FieldName.isValid("X-!#$%&'*+/=?^_`{|}~.()<>@,;\\\"[]"))
    }

    static let several = "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n\nA: body\n"

    struct Deletion: CustomTestStringConvertible, Sendable {
        let name: String
        let index: Int?
        let fromEnd: Bool
        let count: Int
        let left: String
        var testDescription: String {
            "\(name) \(index.map(String.init) ?? "all")\(fromEnd ? " from the end" : "")"
        }

        init(_ name: String, _ index: Int?, _ count: Int, _ left: String, fromEnd: Bool = false) {
            (self.name, self.index, self.fromEnd, self.count, self.left) = (name, index, fromEnd, count, left)
        }
    }

    static let deletions = [
        Deletion("a", nil, 3, "B: x\nC: y\n"),
        Deletion("A", 1, 1, "B: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n"),
        Deletion("A", 2, 1, "A: 1\nB: x\nC: y\nA : =?utf-8?q?=C3=A9?=\n"),
        Deletion("A", 3, 1, "A: 1\nB: x\na: 2\n 3\nC: y\n"),
        Deletion("A", 1, 1, "A: 1\nB: x\na: 2\n 3\nC: y\n", fromEnd: true),
        Deletion("A", 3, 1, "B: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n", fromEnd: true),
        Deletion("A", 4, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n"),
        Deletion("A", 0, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n", fromEnd: true),
        Deletion("A", -1, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n"),
        Deletion("A", Int.max, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n", fromEnd: true),
        Deletion("A", Int.min, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n", fromEnd: true),
        Deletion("c", nil, 1, "A: 1\nB: x\na: 2\n 3\nA : =?utf-8?q?=C3=A9?=\n"),
        Deletion("", nil, 0, "A: 1\nB: x\na: 2\n 3\nC: y\nA : =?utf-8?q?=C3=A9?=\n"),
    ]

    @Test("loses the fields that are named, and no others", arguments: deletions)
    func delete(_ example: Deletion) {
        var count = 0
        let result = edited(HeaderEditingTests.several) {
            count = $0.delete(named: example.name, index: example.index, fromEnd: example.fromEnd)
        }
        #expect(result == example.left + "\nA: body\n")
        #expect(count == example.count)
    }

    @Test("shows the decoded values of the fields that may go")
    func predicate() {
        var seen: [String] = []
        let result = edited(HeaderEditingTests.several) {
            $0.delete(named: "A") { value in
                seen.append(value.text)
                return value.text == "é"
            }
        }
        #expect(seen == ["1", "2 3", "é"])
        #expect(result == "A: 1\nB: x\na: 2\n 3\nC: y\n\nA: body\n")
    }

    @Test("counts before it looks at values (RFC 5293 §5)")
    func indexBeforeValue() {
        var seen: [String] = []
        _ = edited(HeaderEditingTests.several) {
            $0.delete(named: "A", index: 2) { value in
                seen.append(value.text)
                return true
            }
        }
        #expect(seen == ["2 3"])
    }

    struct Stop: Error {}

    @Test("loses nothing when the test of a value fails")
    func failure() {
        let message = Message(HeaderEditingTests.several)
        var editing = HeaderEditing(message)
        var left = 2
        #expect(throws: Stop.self) {
            try editing.delete(named: "A") { _ throws(Stop) in
                left -= 1
                if left == 0 { throw Stop() }
                return true
            }
        }
        #expect(!editing.isEdited)
        #expect(editing.edited(message).text(0..<message.bytes.count) == HeaderEditingTests.several)
    }

    @Test(
        "keeps what follows what it is when the last field goes",
        arguments: [
            ("A: 1\n\nt", "\nt"), ("A: 1\r\n\r\nt", "\r\nt"), ("A: 1", "\n"),
            ("A: 1\nFrom me\nB: 2\n", "\nFrom me\nB: 2\n"),
            ("A: 1\nmalformed\nA: 2\n", "\nmalformed\nA: 2\n"),
            ("From x y\nA: 1\n\nt", "From x y\n\nt"), ("A: 1\n: 2\nA: 3\n\n", "\n: 2\nA: 3\n\n"),
        ])
    func deleteAll(_ text: String, _ expected: String) {
        #expect(edited(text) { $0.delete(named: "A") } == expected)
    }

    @Test("deletes what it added, by what that says")
    func addedAndDeleted() throws {
        let result = try edited("A: 1\n\nt") {
            try $0.add(name: "X", value: "née")
            try $0.add(name: "X", value: "zwei", at: .bottom)
            #expect($0.delete(named: "x") { $0.text == "née" } == 1)
        }
        #expect(result == "A: 1\nX: zwei\n\nt")
    }

    @Test("that is over a limit keeps the rest of itself as it is")
    func overLimits() throws {
        var limits = MessageLimits()
        limits.headerFields = 2
        let message = Message("A: 1\nB: 2\nC: 3\nD: 4\n\nt", limits: limits)
        var editing = HeaderEditing(message)
        try editing.add(name: "X", value: "y")
        try editing.add(name: "Y", value: "z", at: .bottom)
        #expect(editing.header.fieldNames == ["X", "A", "B", "Y"])
        editing.delete(named: "A")
        editing.delete(named: "C")
        let result = editing.edited(message)
        #expect(result.text(0..<result.bytes.count) == "X: y\nB: 2\nY: z\nC: 3\nD: 4\n\nt")
        limits = MessageLimits()
        limits.headerBytes = 8
        let long = Message("A: 1\nB: 22222\n\nt", limits: limits)
        var other = HeaderEditing(long)
        try other.add(name: "X", value: String(repeating: "y", count: 50), at: .bottom)
        #expect(other.header.fieldNames == ["A", "X"])
        let whole = other.edited(long)
        #expect(
            whole.text(0..<whole.bytes.count)
                == "A: 1\nX: \(String(repeating: "y", count: 50))\nB: 22222\n\nt")
    }

    @Test("gives what deleting and adding lines by hand gives, whatever the message")
    func anything() throws {
        var random = Random(seed: 54)
        let fragments = [
            "A: 1", "B: 2", "a : x", "A:", " fold", "\tfold", "From me", "junk", "\r\n", "\n", "\r", "", "é",
            ":",
        ]
        let cases = 4000
        for _ in 0..<cases {
            var text = ""
            for _ in 0..<random.next(12) {
                text += fragments[random.next(fragments.count)] + ["\n", "\r\n", ""][random.next(3)]
            }
            let message = Message(text)
            var editing = HeaderEditing(message)
            // The fields as they should be, each as it stands.
            var fields = message.header.fields.map { message.text($0.name.lowerBound..<$0.end) }
            var names = message.fieldNames
            for _ in 0..<random.next(4) {
                let name = ["A", "B", "X"][random.next(3)]
                switch random.next(3) {
                case 0:
                    try editing.add(name: name, value: "v")
                    fields.insert("\(name): v", at: 0)
                    names.insert(name, at: 0)
                case 1:
                    try editing.add(name: name, value: "v", at: .bottom)
                    fields.append("\(name): v")
                    names.append(name)
                default:
                    editing.delete(named: name)
                    for index in names.indices.reversed() where names[index].lowercased() == name.lowercased()
                    {
                        fields.remove(at: index)
                        names.remove(at: index)
                    }
                }
            }
            let result = editing.edited(message)
            #expect(result.fieldNames == names, "\(text.debugDescription)")
            #expect(editing.header.fieldNames == names, "\(text.debugDescription)")
            let found = result.header.fields.map {
                result.text($0.name.lowerBound..<$0.end).trimmingLineEnd()
            }
            #expect(found == fields.map { $0.trimmingLineEnd() }, "\(text.debugDescription)")
            #expect(result.bodyText == message.bodyText, "\(text.debugDescription)")
            #expect(editing.isEdited || result.text(0..<result.bytes.count) == text)
        }
        print("headers edited: \(cases) cases")
    }
}

extension String {
    fileprivate func trimmingLineEnd() -> String {
        var scalars = unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}
