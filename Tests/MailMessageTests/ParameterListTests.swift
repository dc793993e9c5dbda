import MailMessage
import Testing

@Suite("Parameters")
struct ParameterListTests {
    static func read(_ text: String) -> [String] {
        ParameterList([UInt8](text)).parameters.map { "\($0.name)=\($0.value.text)" }
    }

    @Test(
        "are read",
        arguments: [
            ("text/plain", []),
            ("text/plain;", []),
            ("text/plain; charset=utf-8", ["charset=utf-8"]),
            ("text/plain; CHARSET=\"UTF-8\"; format=flowed", ["charset=UTF-8", "format=flowed"]),
            ("text/plain;charset = (a comment) us-ascii (another; one=two)", ["charset=us-ascii"]),
            ("x; a=\"b;c=d\"; e=f", ["a=b;c=d", "e=f"]),
            ("x; a=\"b\\\"c\\\\d\"", ["a=b\"c\\d"]),
            ("x; a=\"folded\r\n value\"", ["a=folded value"]),
            ("x; name=my file (1).txt", ["name=my file"]),
            ("x; name=file(1).txt; b=c", ["name=file(1).txt", "b=c"]),
            ("x; ; ;a=b;;", ["a=b"]),
            ("x; a; b=c", ["b=c"]),
            ("x; =a; b=c", ["b=c"]),
            ("x; a=; b=c", ["a=", "b=c"]),
            ("x; a=1; a=2", ["a=1"]),
            ("x; a=\"open; b=c", ["a=open; b=c"]),
            ("\"x;y\"; a=b", ["a=b"]),
            ("x (;) ; a=b", ["a=b"]),
            ("x; name=\"=?utf-8?q?=C3=A9t=C3=A9?=\"", ["name=été"]),
            ("x; name==?utf-8?q?=C3=A9?=", ["name=é"]),
        ])
    func plain(_ text: String, _ expected: [String]) {
        #expect(ParameterListTests.read(text) == expected)
    }

    @Test(
        "of RFC 2231 are put together",
        arguments: [
            ("x; url*0=\"ftp://\"; url*1=\"host.example/x\"", ["url=ftp://host.example/x"]),
            ("x; t*=us-ascii'en'This%20is%20it", ["t=This is it"]),
            ("x; t*0*=us-ascii'en'This%20; t*1*=%2A%2A; t*2=\" end%20\"", ["t=This ** end%20"]),
            ("x; t*1=b; t*0=a; t*2=c", ["t=abc"]),
            ("x; t*0=a; t*0=z; t*1=b", ["t=ab"]),
            ("x; t*0=a; t*2=c", ["t=a"]),
            ("x; t*1=b; t*2=c", ["t=bc"]),
            (
                "x; t*10=k; t*9=j; t*8=i; t*7=h; t*6=g; t*5=f; t*4=e; t*3=d; t*2=c; t*1=b; t*0=a",
                ["t=abcdefghijk"]
            ),
            ("x; t=plain; t*=utf-8''better", ["t=better"]),
            ("x; t*=iso-8859-1''%E9", ["t=é"]),
            ("x; t*=windows-1251''%CF%F0", ["t=Пр"]),
            ("x; t*0*=utf-8''%E2%82; t*1*=%AC", ["t=€"]),
            ("x; t*=no-such-set''abc", ["t=abc"]),
            ("x; t*=''abc", ["t=abc"]),
            ("x; t*=abc%41", ["t=abcA"]),
            ("x; t*=utf-8'only one", ["t=utf-8'only one"]),
            ("x; t*=utf-8''%4%ZZ%", ["t=%4%ZZ%"]),
            ("x; t*x=a; *=b; t**=c", ["t*x=a", "*=b", "t**=c"]),
            ("x; t*99999999999999999999=a", ["t*99999999999999999999=a"]),
            ("x; b=1; t*1=y; a=2; t*0=x", ["b=1", "t=xy", "a=2"]),
            ("x; t*=utf-8//TRANSLIT''a", ["t=a"]),
        ])
    func continued(_ text: String, _ expected: [String]) {
        #expect(ParameterListTests.read(text) == expected)
    }

    @Test("are found by name")
    func lookup() {
        let list = ParameterList([UInt8]("x; Name=a; other=b"))
        #expect(list["name"] == "a")
        #expect(list["other"] == "b")
        #expect(list["absent"] == nil)
    }

    @Test("are limited in number, segments counted")
    func limit() {
        let many = "x" + (0..<1000).map { "; a*\($0)=x" }.joined()
        let list = ParameterList([UInt8](many))
        #expect(list["a"]?.utf8.count == 256)
        #expect(list.exceeded == .parameters)
        #expect(ParameterList([UInt8]("x; a=1; b=2"), limit: 2).exceeded == nil)
        #expect(ParameterList([UInt8]("x; a=1; b=2; c=3"), limit: 2).parameters.count == 2)
    }
}
