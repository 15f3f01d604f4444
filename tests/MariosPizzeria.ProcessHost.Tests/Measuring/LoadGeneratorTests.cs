using MariosPizzeria.ProcessHost.Measuring;

namespace MariosPizzeria.ProcessHost.Tests.Measuring;

public sealed class LoadGeneratorTests
{
    private const string Good = """
        HTTP/1.1 201 Created
        content-length: 5

        hello
        """;

    private const string Chunked = """
        HTTP/1.1 200 OK
        Transfer-Encoding: chunked

        5
        hello
        A;name=value
        0123456789
        0
        Trailer: of no interest


        """;

    private const string Closing = """
        HTTP/1.1 200 OK
        Connection: close
        Content-Length: 0


        """;

    private const string Busy = """
        HTTP/1.1 503 Service Unavailable
        Retry-After: 60
        Content-Length: 4

        busy
        """;

    private const string Broken = """
        HTTP/1.1 500 Internal Server Error
        Content-Length: 0


        """;

    [Theory]
    [InlineData(Good)]
    [InlineData(Chunked)]
    public void Good_answers_are_counted_over_connections_that_stay_open(string answer)
    {
        using var server = new CannedServer(answer);

        var result = LoadGenerator.Run(LoadOn(server, seconds: 1));

        result.Answered.ShouldBe(server.Requests.Count);
        result.Answered.ShouldBeGreaterThan(server.Connections);
        (result.Failed, result.Refused).ShouldBe((0, 0));
        result.P50.ShouldBeGreaterThan(0);
        result.P50.ShouldBeLessThanOrEqualTo(result.P99);
        result.ProcessorMicroseconds.ShouldBeGreaterThan(0);
        server.Connections.ShouldBe(4);
    }

    [Fact]
    public void A_connection_that_the_server_closes_is_opened_again()
    {
        using var server = new CannedServer(Closing);

        var result = LoadGenerator.Run(LoadOn(server, seconds: 0.2));

        result.Failed.ShouldBe(0, result.FirstFailure);
        server.Connections.ShouldBe((int)result.Answered);
    }

    [Fact]
    public void A_503_with_Retry_After_is_refused_and_waited_for_but_never_beyond_the_end()
    {
        using var server = new CannedServer(Busy);

        var result = LoadGenerator.Run(LoadOn(server, seconds: 3));

        (result.Answered, result.Failed, result.Refused).ShouldBe((0, 0, 4));
        result.Seconds.ShouldBeLessThan(10);
    }

    [Fact]
    public void An_error_and_a_server_that_is_not_there_are_failures_with_their_reason()
    {
        LoadRequest load;
        LoadResult broken;
        using (var server = new CannedServer(Broken))
        {
            load = LoadOn(server, seconds: 1);
            broken = LoadGenerator.Run(load);
            broken.Failed.ShouldBe(server.Requests.Count);
        }

        var absent = LoadGenerator.Run(load);

        (broken.Answered, broken.FirstFailure).ShouldBe((0, "500"));
        absent.Answered.ShouldBe(0);
        absent.Failed.ShouldBeGreaterThan(0);
        absent.FirstFailure.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Each_request_with_a_body_has_an_idempotency_key_of_its_own()
    {
        using var server = new CannedServer(Good);

        var result = LoadGenerator.Run(
            LoadOn(server, seconds: 0.2) with
            {
                Method = "POST",
                Body = """{ "name": "Però" }""",
                Token = "token",
            }
        );

        result.Failed.ShouldBe(0, result.FirstFailure);
        server.Requests.ShouldAllBe(head => head.Contains("Authorization: Bearer token") && head.Contains("Content-Length: 19"));
        server
            .Requests.Select(head => head.Split('\n').Single(line => line.StartsWith("Idempotency-Key: ", StringComparison.Ordinal)))
            .Distinct()
            .Count()
            .ShouldBe((int)result.Answered);
    }

    private static LoadRequest LoadOn(CannedServer server, double seconds) =>
        new(server.Address, "GET", "/api/menu", seconds) { Connections = 4 };
}
