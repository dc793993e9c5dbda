import ContentChecks
import Platform
import TestSupport
import Testing

@testable import AttachmentExamination
@testable import AttackSupport

@Suite("Structures of ZIP archives and compound files, and kinds")
struct StructureTests {
    private func structure(_ archive: [UInt8], most: Int = 1000) -> ZIPStructure? {
        ZIPStructure(archive.span, mostEntries: most) { _ in true }
    }

    private static let text = ZIPWriter.Entry("a.txt", Array("hello".utf8))

    @Test(
        "an honest archive has its entries, and nothing wrong",
        arguments: [
            ZIPWriter.archive([text, .init("b.txt", [1]), .init("d/", [])]), ZIPWriter.archive([]),
            ZIPWriter.archive([text.with { $0.isWide = true }]),
            ZIPWriter.archive([text.with { $0.hasDescriptor = true }]),
            ZIPWriter.archive([.init("zeros", zeros: 1000)], comment: Array("a comment".utf8)),
            ZIPWriter.archive([.init("inner.zip", ZIPWriter.archive([text]))]),
            ZIPWriter.archive([text], prefix: [UInt8](repeating: 7, count: 300)),
        ])
    func honest(archive: [UInt8]) throws {
        let read = try #require(structure(archive))
        #expect(read.oddities == [] && !read.isCut)
        #expect(read.entries.allSatisfy { $0.isInDirectory && $0.header != nil && $0.names.count == 1 })
    }

    @Test("sizes and places are those of the archive")
    func fields() throws {
        let archive = ZIPWriter.archive([Self.text, .init("b", [1, 2, 3])], prefix: [0, 0])
        let read = try #require(structure(archive))
        #expect(read.entries.map(\.size) == [5, 3] && read.totalSize == 8)
        #expect(read.entries.map(\.header) == [2, 2 + 30 + 5 + 5])
        #expect(read.entries[0].extent == 2..<42)
    }

    @Test("no more entries are read than may be")
    func most() throws {
        let archive = ZIPWriter.archive((0..<20).map { .init("\($0)", [1]) })
        let read = try #require(structure(archive, most: 7))
        #expect(read.entries.count == 7 && read.isCut)
    }

    @Test("what is no archive has no structure")
    func none() {
        #expect(structure([]) == nil)
        #expect(structure(Array("PK".utf8)) == nil)
        #expect(structure([UInt8](repeating: 0x50, count: 100_000)) == nil)
    }

    @Test("numbers that lead anywhere lead nowhere", arguments: 0..<10 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let whole = ZIPWriter.archive([Self.text.with { $0.isWide = true }, .init("b", zeros: 3000)])
        for _ in 0..<300 {
            var archive = whole
            for _ in 0..<4 {
                let place = Int.random(in: 0..<archive.count, using: &generator)
                archive[place] = [0, 0xFF, 0x7F, 0x80, 1].randomElement(using: &generator) ?? 0
            }
            guard let read = structure(archive) else { continue }
            #expect(read.entries.count <= 1000)
            #expect(read.entries.allSatisfy { $0.extent.isEmpty || $0.extent.upperBound <= archive.count })
        }
    }

    private func streams(_ file: [UInt8]) -> [String: [UInt8]] {
        guard let document = CompoundFile(file.span) else { return [:] }
        var streams: [String: [UInt8]] = [:]
        for entry in document.entries where entry.isStream {
            streams[entry.name] = document.contents(of: entry, limit: 10_000)
        }
        return streams
    }

    @Test("streams of a compound file have their contents")
    func compound() {
        let long = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        let file = CompoundFileWriter.file(streams: [("A", long), ("B", [1, 2])], storages: ["S"])
        let read = streams(file)
        #expect(read["A"] == long)
        #expect(read["B"]?.prefix(3) == [1, 2, 0] && read["B"]?.count == 4096)
        #expect(read.count == 2)
    }

    @Test("chains in circles end", arguments: 0..<10 as Range<UInt64>)
    func circles(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let whole = CompoundFileWriter.file(streams: [("A", [1]), ("B", [2])], isCircular: true)
        for _ in 0..<100 {
            var file = whole
            for _ in 0..<6 {
                // The header's numbers, and those of the table.
                let place = Int.random(in: 30..<1024, using: &generator)
                file[place] = UInt8.random(in: 0...8, using: &generator)
            }
            #expect(streams(file).values.allSatisfy { $0.count <= 10_000 })
        }
    }

    @Test(
        "kinds are told by their first octets, and by more than two letters",
        arguments: [
            ("MZ", FileKind.other), ("#!x", .other), ("#!/bin/sh", .script), ("# !/bin/sh", .other),
            ("PK\u{3}\u{4}", .zip),
            ("{\\rtf1", .richText), ("<HTML>", .html), ("  <!DOCTYPE HTML>", .html),
            ("<?xml version='1.0'?><svg>", .svg), ("BZh9", .compressed),
            ("From: a@b\r\nSubject: c\r\n\r\nd", .message), ("From here: it goes", .other),
            ("Subject: only\r\n\r\n", .other), ("hello", .other),
            ("", .other), ("[InternetShortcut]\r\n", .internetShortcut), ("!<arch>\n", .archive),
            ("REGEDIT4\r\n", .registry),
        ])
    func kinds(text: String, kind: FileKind) {
        let octets = Array(text.utf8)
        let told = FileKind(octets.span)
        #expect(told == kind)
    }

    @Test(
        "an honest claim is no contradiction",
        arguments: [
            (FileKind.windowsProgram, "setup.exe", "application/x-msdownload"),
            (.windowsProgram, "x.dll", "application/octet-stream"),
            (.script, "a.sh", "text/plain"), (.html, "a.html", "text/html"),
            (.html, "table.xls", "application/vnd.ms-excel"),
            (.other, "a.pdf", "application/pdf"), (.javaArchive, "a.jar", "application/java-archive"),
            (.elf, "", ""),
            (.internetShortcut, "a.url", "text/plain"), (.svg, "a.svg", "image/svg+xml"),
        ])
    func claims(kind: FileKind, name: String, type: String) {
        #expect(kind.contradiction(ExaminedFile(names: [name], declaredType: type)) == nil)
    }
}
