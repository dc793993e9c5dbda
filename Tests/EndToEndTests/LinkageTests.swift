import Foundation
import Testing

/// What the programs are made of: they start without a search for shared libraries, since one that is missing
/// would exit 127, which bounces mail; and `postmaster` without Foundation and NIO, which would cost more than the
/// delivery.
@Suite("Linkage")
struct LinkageTests {
    @Test("a program needs no interpreter and no shared library", arguments: Program.allCases)
    func isStatic(program: Program) throws {
        let words = ["--wide", "--program-headers", "--dynamic", try program.path()]
        let headers = try succeed("/usr/bin/readelf", words)
        #expect(!headers.contains("INTERP"))
        #expect(!headers.contains("(NEEDED)"))
    }

    @Test("postmaster has neither Foundation nor NIO in it")
    func hasNoFoundation() throws {
        let bytes = try #require(FileManager.default.contents(atPath: try Program.postmaster.path()))
        // Module names as they stand in mangled symbols, metadata and library names.
        for mark in [
            "10Foundation", "20FoundationEssentials", "7NIOCore", "8NIOPosix", "libFoundation", "libicu",
        ] {
            #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(mark)")
        }
    }

    @Test("archives and documents are taken apart in one program alone", arguments: Program.allCases)
    func hasNoParsers(program: Program) throws {
        let bytes = try #require(FileManager.default.contents(atPath: try program.path()))
        // Words of libarchive and of libmagic.
        for words in ["Unrecognized archive format", "could not find any valid magic files"] {
            #expect((bytes.range(of: Data(words.utf8)) != nil) == (program == .attachments), "\(words)")
        }
    }

    @Test("no part of a program is both written and executed", arguments: Program.allCases)
    func hasNoWritableCode(program: Program) throws {
        let headers = try succeed("/usr/bin/readelf", ["--wide", "--program-headers", try program.path()])
        #expect(!headers.contains("RWE"))
        #expect(headers.contains("GNU_STACK"))
    }
}
