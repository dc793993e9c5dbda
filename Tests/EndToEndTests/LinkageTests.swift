import Foundation
import Testing

/// What `postmaster` is made of: it starts without a search for shared libraries, since one that is missing would
/// exit 127, which bounces mail; and without Foundation and NIO, which would cost more than the delivery.
@Suite("Linkage")
struct LinkageTests {
    @Test("postmaster needs no interpreter and no shared library")
    func isStatic() throws {
        let program = try Program.postmaster.path()
        let headers = try succeed("/usr/bin/readelf", ["--wide", "--program-headers", "--dynamic", program])
        #expect(!headers.contains("INTERP"))
        #expect(!headers.contains("(NEEDED)"))
    }

    @Test("postmaster has neither Foundation nor NIO in it")
    func hasNoFoundation() throws {
        let bytes = try #require(FileManager.default.contents(atPath: try Program.postmaster.path()))
        // Module names as they stand in mangled symbols, metadata and library names.
        for mark in ["10Foundation", "20FoundationEssentials", "7NIOCore", "8NIOPosix", "libFoundation", "libicu"] {
            #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(mark)")
        }
    }

    @Test("the other programs bring Swift's runtime with them", arguments: [Program.retry, .control])
    func bringRuntime(program: Program) throws {
        let libraries = try succeed("/usr/bin/readelf", ["--wide", "--dynamic", try program.path()])
        #expect(!libraries.contains("libswift"), "\(libraries)")
        #expect(!libraries.contains("libFoundation.so"), "\(libraries)")
    }

    @Test("postmaster may execute and write only what it has to: no segment is both")
    func hasNoWritableCode() throws {
        let headers = try succeed("/usr/bin/readelf", ["--wide", "--program-headers", try Program.postmaster.path()])
        #expect(!headers.contains("RWE"))
        #expect(headers.contains("GNU_STACK"))
    }
}
