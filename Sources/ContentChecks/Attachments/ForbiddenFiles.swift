/// The files that a site does not want, by name and by type.
///
/// A glob is held against the whole of a name, and all names of a file count: what the examination makes of a name that is
/// disguised is among them (AttachmentExamination's `NameForms`). Types are held against the declared one and the
/// recognised one. In both, ASCII letters are equal in either case; `*` stands for any characters, `/` among them, `?` for
/// one; all else stands for itself.
package struct ForbiddenFiles: Sendable {
    private let names: [Glob]
    private let types: [Glob]

    package init(names: [String], types: [String]) {
        self.names = names.map(Glob.init)
        self.types = types.map(Glob.init)
    }

    /// Whether nothing is forbidden.
    package var isEmpty: Bool { names.isEmpty && types.isEmpty }

    /// The first file of a report that is not wanted, and the glob that says so; nil if there is none.
    package func first(in report: AttachmentReport) -> (file: ExaminedFile, glob: String)? {
        guard !isEmpty else { return nil }
        for file in report.files {
            if let glob = glob(for: file) { return (file, glob) }
        }
        return nil
    }

    private func glob(for file: ExaminedFile) -> String? {
        for name in file.names {
            if let glob = names.first(where: { $0.matches(name) }) { return glob.text }
        }
        for type in [file.declaredType, file.recognisedType] where !type.isEmpty {
            if let glob = types.first(where: { $0.matches(type) }) { return glob.text }
        }
        return nil
    }
}

/// A pattern of `*` and `?`.
///
/// The time is that of the pattern times that of the text at worst, and of their sum for patterns as people write them:
/// at a mismatch only the last `*` takes one more character (no star before it can make a match that it cannot).
struct Glob: Sendable {
    let text: String
    private let pattern: [UInt8]

    init(_ text: String) {
        self.text = text
        pattern = text.utf8.map(\.inLowerCase)
    }

    /// Whether all of `name` matches.
    func matches(_ name: String) -> Bool {
        let name = Array(name.utf8)
        var (place, index) = (0, 0)
        var star: (place: Int, index: Int)?
        while index < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                star = (place, index)
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") {
                place += 1
                index = Self.next(name, index)
            } else if place < pattern.count, pattern[place] == name[index].inLowerCase {
                place += 1
                index += 1
            } else if let last = star {
                index = Self.next(name, last.index)
                star = (last.place, index)
                place = last.place
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the character behind the one at `index` begins: continuation octets belong to it.
    private static func next(_ name: [UInt8], _ index: Int) -> Int {
        var next = index + 1
        while next < name.count, name[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}

extension UInt8 {
    fileprivate var inLowerCase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
