using System.Net;
using MariosPizzeria.Tests.Foundation;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>Methods that a page does not support.</summary>
public sealed class MethodTests
{
    private static readonly string[] Unknown = ["PUT", "DELETE", "PATCH", "TRACE", "FROBNICATE"];

    [Theory]
    [InlineData("/", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/cart", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/checkout", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/signin", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/signout", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/kitchen", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/orders", "GET, HEAD, OPTIONS")]
    [InlineData("/orders/one", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/management", "GET, HEAD, OPTIONS, POST")]
    [InlineData("/system", "GET, HEAD, OPTIONS, POST")]
    public async Task A_page_says_which_methods_it_knows_and_begins_no_session(string path, string allow)
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();

        using var options = await gateway.Client.SendAsync(new(HttpMethod.Options, path));
        options.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        Allowed(options).ShouldBe(allow);
        options.Headers.Contains("Set-Cookie").ShouldBeFalse();

        foreach (var method in Unknown)
        {
            using var answer = await gateway.Client.SendAsync(new(new(method), path));

            answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed, method);
            Allowed(answer).ShouldBe(allow, method);
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse(method);
        }
    }

    [Fact]
    public async Task A_session_is_not_asked_for_its_proof_by_a_method_that_there_is_not()
    {
        await using var menu = await Pizzeria.MenuAsync();
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();
        using var visitor = gateway.Visitor();
        await visitor.SignInAsync("customer");
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/");
        request.Headers.Add("Cookie", visitor.Cookies);

        (await gateway.Client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("PUT", "/language/en", "GET")]
    [InlineData("DELETE", "/api/auth/login", "POST")]
    [InlineData("OPTIONS", "/api/auth/me", "GET")]
    [InlineData("PUT", "/assets/0/pages.css", "GET")]
    [InlineData("PATCH", "/health", "GET")]
    public async Task Other_addresses_say_it_too(string method, string path, string allowed)
    {
        using var gateway = GatewayProcess.Before("menu", Replica.Nobody()).Started();

        using var answer = await gateway.Client.SendAsync(new(new(method), path));

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        Allowed(answer).ShouldContain(allowed);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task CONNECT_begins_no_session()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        var address = gateway.ClientOptions.BaseAddress;

        var answer = await Raw.SendAsync(address, $"CONNECT {address.Authority} HTTP/1.1", []);

        answer.ShouldMatch("^HTTP/1.1 4");
        answer.ShouldNotContain("Set-Cookie", Case.Insensitive);
    }

    private static string Allowed(HttpResponseMessage answer) =>
        string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal));
}
