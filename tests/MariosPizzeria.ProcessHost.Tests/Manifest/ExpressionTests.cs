using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Tests.Manifest;

public sealed class ExpressionTests
{
    private const string Resources = """
        {
          "resources": {
            "password": { "type": "parameter.v0", "value": "{password.inputs.value}", "inputs": { "value": { "type": "string", "secret": true } } },
            "password-uri": { "type": "annotated.string", "value": "{password.value}", "filter": "uri" },
            "queue": {
              "type": "container.v0", "image": "rabbitmq:4",
              "connectionString": "amqp://guest:{password-uri.value}@{queue.bindings.tcp.host}:{queue.bindings.tcp.port}{tls.connectionString}",
              "bindings": { "tcp": { "scheme": "tcp", "protocol": "tcp", "transport": "tcp", "targetPort": 5672 } }
            },
            "tls": { "type": "value.v0", "connectionString": "" },
            "one": { "type": "value.v0", "connectionString": "{two.connectionString}" },
            "two": { "type": "value.v0", "connectionString": "{one.connectionString}" },
            "menu": {
              "type": "project.v0", "path": "services/Menu/MariosPizzeria.MenuService.csproj",
              "bindings": {
                "http": { "scheme": "http", "protocol": "tcp", "transport": "http" },
                "https": { "scheme": "https", "protocol": "tcp", "transport": "http" }
              }
            }
          }
        }
        """;

    private readonly Expressions _expressions = new(AspireManifest.Parse(Resources));

    [Theory]
    [InlineData("{menu.bindings.http.url}", "http://127.0.0.1:5001")]
    [InlineData("{menu.bindings.http.host}:{menu.bindings.http.port}", "127.0.0.1:5001")]
    [InlineData("{menu.bindings.http.scheme} {menu.bindings.http.targetPort}", "http 8080")]
    [InlineData("{password.value}", "p@ss w/rd")]
    [InlineData("{password.inputs.value}", "p@ss w/rd")]
    [InlineData("{password-uri.value}", "p%40ss%20w%2Frd")]
    [InlineData("{queue.connectionString}", "amqp://guest:p%40ss%20w%2Frd@127.0.0.1:5002")]
    [InlineData("{tls.connectionString}", "")]
    [InlineData("""{"json": {"is": "text"}}""", """{"json": {"is": "text"}}""")]
    [InlineData("plain", "plain")]
    public void An_expression_is_replaced_by_what_it_refers_to(string text, string expected) =>
        _expressions.Evaluate(text, new Values()).ShouldBe(expected);

    [Fact]
    public void A_text_that_refers_to_https_has_no_value() =>
        _expressions.Evaluate("{menu.bindings.https.url}/health", new Values()).ShouldBeNull();

    [Theory]
    [InlineData("{nobody.bindings.http.url}", "nobody")]
    [InlineData("{menu.bindings.grpc.url}", "menu.bindings.grpc.url")]
    [InlineData("{menu.bindings.http.color}", "menu.bindings.http.color")]
    [InlineData("{menu.connectionString}", "menu.connectionString")]
    [InlineData("{one.connectionString}", "refers to itself")]
    public void An_expression_that_cannot_be_understood_is_named(string text, string named) =>
        Should.Throw<PizzeriaException>(() => _expressions.Evaluate(text, new Values())).Message.ShouldContain(named);

    [Fact]
    public void References_are_followed_through_values_and_connection_strings() =>
        _expressions
            .References("{queue.connectionString} {menu.bindings.http.url}")
            .ShouldBe(["queue", "password-uri", "password", "tls", "menu"], ignoreOrder: true);

    private sealed class Values : IResourceValues
    {
        public BindingAddress? Address(string resource, string binding) =>
            (resource, binding) switch
            {
                ("menu", "http") => new("http", "127.0.0.1", 5001, 8080),
                ("queue", "tcp") => BindingAddress.Loopback("tcp", 5002),
                _ => null,
            };

        public string Input(string parameter, string input) => "p@ss w/rd";

        public string? ConnectionString(string resource) => null;
    }
}
