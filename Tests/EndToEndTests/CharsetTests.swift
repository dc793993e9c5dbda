import Foundation
import Testing

/// The charsets of encoded words, in the release program: libc's iconv loads what it needs for each at run time,
/// which in a static program has to be seen to work.
@Suite("Charsets")
struct CharsetTests {
    struct Word: Sendable, CustomTestStringConvertible {
        let charset: String
        let base64: String
        let folder: String
        var testDescription: String { charset }
    }

    @Test(
        "an encoded word is compared by what it says",
        arguments: [
            Word(charset: "koi8-r", base64: "8NLJ18XU", folder: ".Russian"),
            Word(charset: "windows-1251", base64: "z/Do4uXy", folder: ".Russian"),
            Word(charset: "iso-8859-5", base64: "v+DY0tXi", folder: ".Russian"),
            Word(charset: "shift_jis", base64: "k/qWew==", folder: ".Japanese"),
            Word(charset: "iso-2022-jp", base64: "GyRCRnxLXBsoQg==", folder: ".Japanese"),
            Word(charset: "gb18030", base64: "yNWxvg==", folder: ".Japanese"),
            Word(charset: "big5", base64: "pOmluw==", folder: ".Japanese"),
            Word(charset: "no-such-charset", base64: "8NLJ18XU", folder: ""),
            Word(charset: "koi8-r//TRANSLIT", base64: "8NLJ18XU", folder: ""),
        ])
    func encodedWords(word: Word) throws {
        let site = try DeliverySite()
        let rules = try site.workplace.write(
            """
            require ["fileinto", "mailbox"];
            if header :contains "Subject" "Привет" { fileinto :create "Russian"; }
            if header :contains "Subject" "日本" { fileinto :create "Japanese"; }
            """, to: "charsets.sieve")
        let message = Data("Subject: =?\(word.charset)?B?\(word.base64)?=\n\nbody\n".utf8)
        let completed = try site.deliver(message, ["--script", rules])
        #expect(completed.code == 0, "\(completed.errors)")
        let folder = word.folder.isEmpty ? site.maildir : "\(site.maildir)/\(word.folder)"
        #expect(messages(folder).map { $0.bytes.suffix(message.count) } == [message])
    }
}
