import FileFormats
import Glibc
import Platform
import TestSupport
import Testing

@Suite("Types by contents")
struct TypeRecognitionTests {
    /// The beginning of a file, and what it is. Octets above ASCII are written as characters of ISO 8859-1.
    private static let samples: [(start: String, zeros: Int, type: String)] = [
        ("\u{89}PNG\r\n\u{1A}\n\0\0\0\rIHDR\0\0\0\u{1}\0\0\0\u{1}\u{8}\0\0\0\0", 4, "image/png"),
        ("GIF89a\u{1}\0\u{1}\0\0\0\0;", 0, "image/gif"),
        ("\u{FF}\u{D8}\u{FF}\u{E0}\0\u{10}JFIF\0\u{1}\u{1}\0\0\u{1}\0\u{1}\0\0", 0, "image/jpeg"),
        ("RIFF\u{1A}\0\0\0WEBPVP8L\u{D}\0\0\0/\0\0\0\u{10}\u{7}\u{10}", 0, "image/webp"),
        ("II*\0\u{8}\0\0\0\0\0", 0, "image/tiff"),
        ("%PDF-1.7\n%\u{E2}\u{E3}\n1 0 obj\n", 0, "application/pdf"),
        ("{\\rtf1\\ansi text}", 0, "text/rtf"),
        ("<!DOCTYPE html><html><body>x</body></html>", 0, "text/html"),
        ("<?xml version=\"1.0\"?><a/>", 0, "text/xml"),
        ("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", 0, "image/svg+xml"),
        ("#!/bin/sh\necho hi\n", 0, "text/x-shellscript"),
        ("#!/usr/bin/python3\nprint(1)\n", 0, "text/x-script.python"),
        ("#!/usr/bin/perl\nprint 1;\n", 0, "text/x-perl"),
        ("<?php echo 1; ?>", 0, "text/x-php"),
        ("@echo off\r\ndel x\r\n", 0, "text/x-msdos-batch"),
        ("{\"a\": 1, \"b\": [1,2]}", 0, "application/json"),
        ("Hello, this is text.\n", 0, "text/plain"),
        ("From: a@b.example\r\nSubject: x\r\nReceived: from x\r\n\r\ntext\r\n", 0, "message/rfc822"),
        ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", 0, "text/calendar"),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", 0, "text/vcard"),
        ("\u{7F}ELF\u{2}\u{1}\u{1}\0\0\0\0\0\0\0\0\0\u{2}\0>\0\u{1}", 43, "application/x-executable"),
        (
            "\u{CE}\u{FA}\u{ED}\u{FE}\u{7}\0\0\u{1}\u{3}\0\0\0\u{2}\0\0\0\u{1}", 11,
            "application/x-mach-binary"
        ),
        ("\u{CA}\u{FE}\u{BA}\u{BE}\0\0\04\0\u{10}", 0, "application/x-java-applet"),
        (
            "L\0\0\0\u{1}\u{14}\u{2}\0\0\0\0\0\u{C0}\0\0\0\0\0\0F", 60, "application/x-ms-shortcut"
        ),
        ("7z\u{BC}\u{AF}\u{27}\u{1C}\0\u{4}", 24, "application/x-7z-compressed"),
        ("Rar!\u{1A}\u{7}\0", 9, "application/x-rar"),
        ("Rar!\u{1A}\u{7}\u{1}\0", 9, "application/x-rar"),
        ("\u{1F}\u{8B}\u{8}\0\0\0\0\0\0\u{3}", 0, "application/gzip"),
        ("BZh9\u{17}rE8P\u{90}", 0, "application/x-bzip2"),
        ("\u{FD}7zXZ\0\0\u{4}", 0, "application/x-xz"),
        ("\u{D0}\u{CF}\u{11}\u{E0}\u{A1}\u{B1}\u{1A}\u{E1}", 504, "application/x-ole-storage"),
        ("%!PS-Adobe-3.0\n", 0, "application/postscript"),
        ("ITSF\u{3}\0\0\0`\0\0\0\u{1}", 3, "application/vnd.ms-htmlhelp"),
        ("\u{78}\u{9F}>\u{22}\u{1}\0", 0, "application/vnd.ms-tnef"),
        ("\0asm\u{1}\0\0\0", 0, "application/wasm"),
        ("\0\0\0\u{18}ftypmp42\0\0\0\0mp42isom", 0, "video/mp4"),
        (
            "OggS\0\u{2}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\u{1}\u{1E}\u{1}vorbis", 20, "audio/ogg"
        ),
        ("RIFF$\0\0\0WAVEfmt \u{10}\0\0\0\u{1}\0\u{1}\0", 12, "audio/x-wav"),
        ("", 0, ""),
        ("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{E}", 0, ""),
    ]

    @Test("contents say what they are")
    func types() throws {
        var recognition = try TypeRecognition()
        for sample in Self.samples {
            let octets = Self.octets(sample.start) + [UInt8](repeating: 0, count: sample.zeros)
            let type = recognition.type(of: octets.span)
            #expect(type == sample.type, "\(sample.start.debugDescription)")
        }
    }

    @Test("a program is one in whatever it is called, and a document in a zip is more than a zip")
    func containers() throws {
        var recognition = try TypeRecognition()
        let program = Self.program()
        let type = recognition.type(of: program.span)
        #expect(type.hasSuffix("portable-executable") || type == "application/x-dosexec")
        let folder = try ArchiveFolder([])
        for (first, expected) in [
            ("a.txt", "application/zip"),
            ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ] {
            let script = """
                import zipfile
                z = zipfile.ZipFile('archive', 'w')
                if '/' in '\(first)':
                    z.writestr('[Content_Types].xml', '<Types/>'); z.writestr('_rels/.rels', '<r/>')
                z.writestr('\(first)', 'x'); z.close()
                """
            let archive = try folder.pack("/usr/bin/python3", ["-c", script])
            #expect(recognition.type(of: archive.span) == expected)
        }
    }

    /// As little of a Windows program as is recognised ([MS-PE] §2).
    private static func program() -> [UInt8] {
        var octets = Array("MZ".utf8) + [UInt8](repeating: 0, count: 58) + [0x80, 0, 0, 0]
        octets += [UInt8](repeating: 0, count: 0x80 - octets.count) + Array("PE\0\0".utf8)
        octets += [0x4C, 1, 1, 0] + [UInt8](repeating: 0, count: 12) + [0xE0, 0, 2, 1, 0x0B, 1]
        return octets + [UInt8](repeating: 0, count: 300)
    }

    @Test("only the beginning is looked at, and that in little time")
    func window() throws {
        var recognition = try TypeRecognition()
        let octets = [UInt8](repeating: UInt8(ascii: "a"), count: 64 << 20)
        let before = ProcessorTime.milliseconds
        #expect(recognition.type(of: octets.span) == "text/plain")
        #expect(ProcessorTime.milliseconds - before < 500)
    }

    @Test("a text is told by its beginning, what is no text by all that is looked at")
    func textWindow() throws {
        var recognition = try TypeRecognition()
        let text = Array("äöü, and so on.\n".utf8)
        let long = Array(repeating: text, count: 1000).flatMap(\.self)
        for cut in 0..<4 {
            let octets = Array(long[cut...])
            #expect(recognition.type(of: octets.span) == "text/plain", "\(cut)")
        }
        let script = Array("#!/bin/sh\n".utf8) + long
        #expect(recognition.type(of: script.span) == "text/x-shellscript")
        // An image of a disc has 32 KiB that may hold anything.
        let image =
            Array(long.prefix(5000)) + [UInt8](repeating: 0x20, count: 32768 - 5000)
            + Array("\u{1}CD001\u{1}".utf8) + [UInt8](repeating: 0, count: 2041)
        #expect(recognition.type(of: image.span) == "application/x-iso9660-image")
    }

    @Test("any octets have a type or none", arguments: 0..<4)
    func anyOctets(part: UInt64) throws {
        var recognition = try TypeRecognition()
        var generator = SeededGenerator(seed: 990 + part)
        for round in 0..<1500 {
            let sample = Self.samples[round % Self.samples.count]
            var octets = Self.octets(sample.start) + [UInt8](repeating: 0, count: sample.zeros)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0...octets.count, using: &generator)
                octets.insert(contentsOf: generator.bytes(upTo: 12), at: place)
            }
            let type = recognition.type(of: octets.span)
            let isType = type.split(separator: "/", omittingEmptySubsequences: false).count == 2
            #expect(type.isEmpty || isType, "\(octets)")
            #expect(type == type.lowercased() && !type.contains(" "))
        }
    }

    @Test("without knowledge there is no recognition", arguments: ["/nowhere/magic", "/dev/null/x"])
    func missingDatabase(path: String) {
        var failure: FormatsError?
        do throws(FormatsError) { _ = try TypeRecognition(database: path) } catch { failure = error }
        #expect(failure?.kind == .unavailable)
        #expect(failure?.detail.isEmpty == false)
    }

    @Test("a site's own knowledge of types is taken")
    func ownDatabase() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "magic", "0\tstring\tOURS!\ta file of ours\n!:mime\tapplication/x-ours\n")
        var recognition = try TypeRecognition(database: directory.path("magic"))
        let octets = Array("OURS! and more".utf8)
        #expect(recognition.type(of: octets.span) == "application/x-ours")
    }

    private static func octets(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
