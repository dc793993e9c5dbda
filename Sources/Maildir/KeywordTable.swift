/// The contents of Dovecot's `dovecot-keywords`: which keyword each of the letters `a` to `z` stands for in the
/// file names of one folder. Lines of an index, 0 to 25, a space and a name.
struct KeywordTable: Equatable {
    private var names = [String?](repeating: nil, count: 26)

    init() {}

    /// Reads a file; lines that are none of these are passed over, as Dovecot does.
    init(_ contents: [UInt8]) {
        for line in contents.split(separator: UInt8(ascii: "\n")) {
            guard let space = line.firstIndex(of: UInt8(ascii: " ")), space > line.startIndex else {
                continue
            }
            var index = 0
            let digits = line[..<space]
            guard digits.count <= 2, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { continue }
            for digit in digits { index = index * 10 + Int(digit - 0x30) }
            let name = line[(space + 1)...]
            guard names.indices.contains(index), !name.isEmpty else { continue }
            names[index] = String(decoding: name, as: UTF8.self)
        }
    }

    /// The letter of a keyword that is there.
    func letter(of keyword: String) -> UInt8? {
        let index = names.firstIndex { name in
            guard let name else { return false }
            return Self.areEqual(name, keyword)
        }
        return index.map(Self.letter)
    }

    /// The keyword of a letter; nil where it stands for none.
    func keyword(of letter: UInt8) -> String? {
        let index = Int(letter) - Int(UInt8(ascii: "a"))
        return names.indices.contains(index) ? names[index] : nil
    }

    /// Gives a keyword the first free letter; nil if there is none.
    mutating func add(_ keyword: String) -> UInt8? {
        guard let free = names.firstIndex(of: nil) else { return nil }
        names[free] = keyword
        return Self.letter(free)
    }

    var contents: [UInt8] {
        var bytes: [UInt8] = []
        for (index, name) in names.enumerated() {
            guard let name else { continue }
            bytes.appendDecimal(index)
            bytes.append(UInt8(ascii: " "))
            bytes += name.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private static func letter(_ index: Int) -> UInt8 { UInt8(ascii: "a") + UInt8(clamping: index) }

    /// Keywords differ by more than ASCII case.
    static func areEqual(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && a.utf8.elementsEqual(b.utf8) { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
