import Foundation
import Testing

/// `postmasterctl sieve format` and `dump`.
@Suite("Tools for scripts")
struct SieveToolTests {
    private typealias Object = [String: Any]

    private static let untidy = "# rule:[a]\nIF true {keep ;} # why\n"
    private static let tidy = "# rule:[a]\nif true {\n    keep;\n} # why\n"

    private let workplace: Workplace
    private let program: String

    init() throws {
        workplace = try Workplace()
        program = try workplace.program(.control)
    }

    private func format(_ words: [String], input: String = "", user: UserID? = nil) throws -> Completed {
        try run(program, ["sieve", "format"] + words, input: Data(input.utf8), user: user)
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: workplace[name])[.posixPermissions] as? Int
    }

    private func inode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: workplace[name])[.systemFileNumber] as? Int
    }

    @Test("standard input is formatted to standard output, and files are, too")
    func standardOutput() throws {
        let piped = try format([], input: Self.untidy)
        #expect(piped.code == 0)
        #expect(piped.output == Self.tidy)
        #expect(piped.errors.isEmpty)
        let script = try workplace.write(Self.untidy, to: "a.sieve")
        #expect(try format([script, script]).output == Self.tidy + Self.tidy)
        #expect(workplace.read("a.sieve") == Self.untidy)
    }

    @Test("--check names the files that would change, and changes none")
    func check() throws {
        let untidy = try workplace.write(Self.untidy, to: "untidy.sieve")
        let tidy = try workplace.write(Self.tidy, to: "tidy.sieve")
        let both = try format(["--check", tidy, untidy])
        #expect(both.code == 1)
        #expect(both.output == "\(untidy)\n")
        #expect(workplace.read("untidy.sieve") == Self.untidy)
        let one = try format(["--check", tidy])
        #expect(one.code == 0)
        #expect(one.output.isEmpty)
        #expect(try format(["--check"], input: Self.untidy).code == 1)
        #expect(try format(["--check"], input: Self.tidy).code == 0)
    }

    @Test("--write replaces what changes, at once, with its permissions, and nothing else")
    func write() throws {
        let untidy = try workplace.write(Self.untidy, to: "untidy.sieve", mode: 0o640)
        let tidy = try workplace.write(Self.tidy, to: "tidy.sieve")
        let inodes = [try inode("untidy.sieve"), try inode("tidy.sieve")]
        // Who has the old one open keeps it.
        let reader = try #require(FileHandle(forReadingAtPath: untidy))
        let completed = try format(["--write", untidy, tidy])
        #expect(completed.code == 0)
        #expect(completed.output.isEmpty && completed.errors.isEmpty, "\(completed.errors)")
        #expect(workplace.read("untidy.sieve") == Self.tidy)
        #expect(try reader.readToEnd() == Data(Self.untidy.utf8))
        #expect(try mode("untidy.sieve") == 0o640)
        #expect(try inode("untidy.sieve") != inodes[0])
        #expect(try inode("tidy.sieve") == inodes[1])
        let names = try FileManager.default.contentsOfDirectory(atPath: workplace.path)
        #expect(Set(names) == ["bin", "untidy.sieve", "tidy.sieve"])
    }

    @Test("--write replaces what links stand for, and not the links")
    func links() throws {
        try workplace.makeDirectory("sieve")
        try workplace.write(Self.untidy, to: "sieve/rules.sieve")
        for (name, target) in [("active", "sieve/first"), ("sieve/first", workplace["sieve/rules.sieve"])] {
            try FileManager.default.createSymbolicLink(
                atPath: workplace[name], withDestinationPath: target)
        }
        #expect(try format(["--write", workplace["active"]]).code == 0)
        #expect(workplace.read("sieve/rules.sieve") == Self.tidy)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: workplace["active"]) == "sieve/first")

        try FileManager.default.createSymbolicLink(
            atPath: workplace["loop"], withDestinationPath: "loop")
        let loop = try format(["--write", workplace["loop"]])
        #expect(loop.code == 1)
        #expect(loop.errors.contains("loop"), "\(loop.errors)")
    }

    @Test("a script stays its owner's when root formats it", .enabled(if: isRoot))
    func owner() throws {
        let script = try workplace.write(Self.untidy, to: "theirs.sieve", mode: 0o600, owner: .nobody)
        #expect(try format(["--write", script]).code == 0)
        #expect(workplace.read("theirs.sieve") == Self.tidy)
        let attributes = try FileManager.default.attributesOfItem(atPath: script)
        #expect(attributes[.ownerAccountID] as? Int == Int(UserID.nobody.user))
        #expect(attributes[.groupOwnerAccountID] as? Int == Int(UserID.nobody.group))
        #expect(try mode("theirs.sieve") == 0o600)
    }

    @Test("what somebody may not replace stays as it is", .enabled(if: isRoot))
    func foreign() throws {
        try workplace.makeDirectory("open", mode: 0o777)
        let script = try workplace.write(Self.untidy, to: "open/root.sieve", mode: 0o644)
        let completed = try format(["--write", script], user: .nobody)
        #expect(completed.code == 1)
        #expect(workplace.read("open/root.sieve") == Self.untidy)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workplace["open"]) == ["root.sieve"])
    }

    @Test("scripts with errors are reported and left alone, the others are formatted")
    func errors() throws {
        let broken = try workplace.write("keep;\nif true {stop;", to: "broken.sieve")
        let untidy = try workplace.write(Self.untidy, to: "untidy.sieve")
        let missing = workplace["missing.sieve"]
        let completed = try format(["--write", broken, missing, untidy])
        #expect(completed.code == 1)
        #expect(completed.output.isEmpty)
        #expect(completed.errors.contains("\(broken):2:9: error: "), "\(completed.errors)")
        #expect(completed.errors.contains(missing))
        #expect(workplace.read("broken.sieve") == "keep;\nif true {stop;")
        #expect(workplace.read("untidy.sieve") == Self.tidy)
        let piped = try format([], input: "keep")
        #expect(piped.code == 1)
        #expect(piped.output.isEmpty)
        #expect(piped.errors.contains("standard input:1:5: error: "), "\(piped.errors)")
    }

    @Test(
        "a command line that cannot be followed",
        arguments: [["--check", "--write", "x"], ["--write"], ["--frobnicate"]])
    func usage(words: [String]) throws {
        #expect(try format(words).code == 64)
    }

    @Test("the rules of the demo are formatted, and so a second time to the same")
    func demo() throws {
        let demo = try String(
            contentsOfFile: Program.packageRoot + "/fixtures/demo/demo.sieve", encoding: .utf8)
        let once = try format([], input: demo).output
        #expect(!once.isEmpty)
        #expect(try format([], input: once).output == once)
    }

    @Test("dump shows what the compiler made of a script")
    func dump() throws {
        let script = try workplace.write(
            "require \"variables\";\nif size :over 1K { set \"A\" \"x\\\"${1}\"; } # c\n", to: "a.sieve")
        let completed = try run(program, ["sieve", "dump", script])
        #expect(completed.code == 0)
        #expect(
            completed.output == """
                1:1   require "variables"
                2:1   if
                2:4           size :over 1024
                2:20      set "A" "x\\"${1}"    # variables: 1

                """)
    }

    @Test("dump gives JSON whose fields stay")
    func dumpAsJSON() throws {
        let script = try workplace.write(
            "require [\"variables\"];\nif header \"s\" \"${a}\" { keep; }\n", to: "a.sieve")
        let completed = try run(program, ["sieve", "dump", "--json", script])
        let object = try #require(JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? Object)
        #expect(object["file"] as? String == script)
        #expect(object["capabilities"] as? [String] == ["variables"])
        #expect(object["variables"] as? [String] == ["a"])
        let commands = try #require(object["commands"] as? [Object])
        #expect(commands.compactMap { $0["name"] as? String } == ["require", "if"])
        let condition = try #require((commands[1]["tests"] as? [Object])?.first)
        let fields: Set = [
            "line", "column", "name", "arguments", "match", "comparator", "part", "tests", "block",
        ]
        #expect(Set(condition.keys) == fields)
        #expect(condition["line"] as? Int == 2)
        #expect(condition["column"] as? Int == 4)
        #expect(condition["match"] as? String == "is")
        #expect(condition["comparator"] as? String == "i;ascii-casemap")
        #expect(condition["part"] is NSNull && condition["block"] is NSNull)
        let strings = try #require(condition["arguments"] as? [Object]).compactMap { $0["string"] as? Object }
        #expect(strings.map { $0["text"] as? String } == ["s", "${a}"])
        #expect(strings.map { $0["variables"] as? [String] } == [[], ["a"]])
        #expect((commands[1]["block"] as? [Object])?.first?["name"] as? String == "keep")
    }

    @Test("dump of a script with errors shows those")
    func dumpErrors() throws {
        let script = try workplace.write("fileinto \"a\";", to: "a.sieve")
        let completed = try run(program, ["sieve", "dump", script])
        #expect(completed.code == 1)
        #expect(completed.output.isEmpty)
        #expect(completed.errors.contains("\(script):1:1: error: "), "\(completed.errors)")
    }
}
