using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace MariosPizzeria.Tests.Gateway;

public sealed partial class PageTests
{
    private const int MostBytes = 100 * 1024;

    [Fact]
    public async Task The_menu_shows_every_size_with_its_price_and_what_is_sold_out_with_the_reason()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);

        var page = await visitor.GetAsync("/");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.Html.ShouldContain("$12.99");
        page.Html.ShouldContain("$16.89");
        page.Html.ShouldContain("$20.78");
        page.Html.ShouldContain("Sold out");
        page.Html.ShouldContain("oven");
        page.Html.ShouldContain("pickup in 12 min");
    }

    [Fact]
    public async Task What_a_page_asks_for_a_visitor_bears_no_token_and_for_a_user_the_users()
    {
        var tokens = new ConcurrentQueue<string>();
        await using var menu = await Replica.StartAsync(context =>
        {
            tokens.Enqueue(context.Request.Headers.Authorization.ToString());
            return Pizzeria.AnswerMenuAsync(context);
        });
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();
        using var visitor = gateway.Visitor();

        await visitor.GetAsync("/");
        var before = tokens.ToList();
        await visitor.SignInAsync("anna");
        tokens.Clear();
        await visitor.GetAsync("/");

        before.ShouldNotBeEmpty();
        before.ShouldAllBe(token => token.Length == 0);
        tokens.Select(token => new JsonWebToken(token["Bearer ".Length..]).Subject).Distinct().ShouldBe(["id-anna"]);
    }

    [Fact]
    public async Task The_profile_page_signs_out_everywhere()
    {
        await using var order = await Pizzeria.OrderAsync(context =>
            context.Request.Path == "/api/auth/logout/everywhere" ? SignOut(context)
            : context.Request.Path == "/api/profile" ? Pizzeria.JsonAsync(context, """{"name":"Anna","activeOrders":[]}""")
            : Pizzeria.NotFoundAsync(context)
        );
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var visitor = gateway.Visitor();
        await visitor.SignInAsync("anna");
        (await visitor.GetAsync("/profile")).Html.ShouldContain("Sign out everywhere");

        var answer = await visitor.SendAsync("/profile?handler=SignOutEverywhere");

        (answer.Status, answer.Location).ShouldBe((HttpStatusCode.SeeOther, "/signin"));
        order.Seen.ShouldContain("POST /api/auth/logout/everywhere");
        (await visitor.GetAsync("/profile")).Status.ShouldBe(HttpStatusCode.SeeOther);

        static Task SignOut(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_pages_speak_the_browsers_language_or_the_one_that_was_chosen()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);

        var italian = await visitor.GetAsync("/", "it-IT,it;q=0.9,en;q=0.5");
        var chosen = await visitor.GetAsync("/language/en?return=/cart");
        var english = await visitor.GetAsync("/", "it-IT,it;q=0.9,en;q=0.5");

        italian.Html.ShouldContain("<html lang=\"it\">");
        italian.Html.ShouldContain("16,89\u00a0$");
        italian.Html.ShouldContain("Esaurita");
        chosen.Status.ShouldBe(HttpStatusCode.SeeOther);
        chosen.Location.ShouldBe("/cart");
        english.Html.ShouldContain("<html lang=\"en\">");
    }

    [Fact]
    public async Task A_page_allows_nothing_but_our_own_files_is_kept_by_nobody_and_is_small()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);

        var page = await visitor.GetAsync("/");

        var policy = page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
        policy.ShouldNotContain("unsafe");
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        Inline().Match(page.Html).Value.ShouldBeEmpty();
        var assets = Asset().Matches(page.Html).Select(match => match.Value).Distinct().ToList();
        assets.ShouldContain(asset => asset.EndsWith("style.css", StringComparison.Ordinal));
        var weight = page.Html.Length;
        foreach (var asset in assets)
        {
            var file = await gateway.Client.GetAsync(asset);
            file.StatusCode.ShouldBe(HttpStatusCode.OK, asset);
            file.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
            weight += asset.EndsWith(".svg", StringComparison.Ordinal) ? 0 : (await file.Content.ReadAsByteArrayAsync()).Length;
        }

        weight.ShouldBeLessThan(MostBytes);
    }

    [Fact]
    public async Task A_cart_is_filled_without_a_script_and_survives_signing_in()
    {
        await using var menu = await Pizzeria.MenuAsync();
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.GetAsync("/");

        var added = await visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"));
        var next = await visitor.GetAsync("/");
        var after = await visitor.GetAsync("/");
        await visitor.SignInAsync("anna");
        var cart = await visitor.GetAsync("/cart");

        added.Status.ShouldBe(HttpStatusCode.SeeOther);
        added.Location.ShouldBe("/#margherita");
        next.Html.ShouldContain("Margherita is in your cart");
        after.Html.ShouldNotContain("Margherita is in your cart");
        cart.Html.ShouldContain("$33.78");
        cart.Html.ShouldContain("value=\"2\"");
        cart.Html.ShouldContain("Sign out");
    }

    [Fact]
    public async Task A_line_of_the_cart_is_changed_and_taken_out()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.GetAsync("/");
        await visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"));

        await visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "5"));
        var five = await visitor.GetAsync("/cart");
        await visitor.SendAsync("/cart", ("line", "0"), ("pizza", "margherita"), ("quantity", "0"));
        var none = await visitor.GetAsync("/cart");

        five.Html.ShouldContain("Cart, 5 pizzas");
        none.Html.ShouldContain("Cart, empty");
    }

    [Fact]
    public async Task A_form_without_the_sessions_token_changes_nothing()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"));
        visitor.Csrf = "of-another-site";
        visitor.FormHeaders.Clear();

        var refused = await visitor.SendAsync("/", ("pizza", "margherita"), ("size", "medium"), ("quantity", "2"));
        var cart = await visitor.GetAsync("/cart");

        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Html.ShouldContain("This form has grown cold");
        cart.Html.ShouldContain("Cart, 2 pizzas");
    }

    [Theory]
    [InlineData(StatusCodes.Status204NoContent, HttpStatusCode.SeeOther)]
    [InlineData(StatusCodes.Status400BadRequest, HttpStatusCode.BadRequest)]
    public async Task The_link_in_a_confirmation_mail_leads_to_a_button_and_only_the_button_confirms(int answer, HttpStatusCode shown)
    {
        var confirmed = new List<string>();
        await using var menu = await Pizzeria.MenuAsync();
        await using var order = await Pizzeria.OrderAsync(async context =>
        {
            confirmed.Add($"{context.Request.Path} {await new StreamReader(context.Request.Body).ReadToEndAsync()}");
            if (answer == StatusCodes.Status204NoContent)
            {
                context.Response.StatusCode = answer;
                return;
            }

            await Pizzeria.JsonAsync(
                context,
                """{"type":"/problems/validation","title":"x","status":400,"detail":"x","traceId":"0"}""",
                answer
            );
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();
        using var visitor = new PageVisitor(gateway);

        var asked = await visitor.GetAsync("/profile/email/confirm?token=from.the.mail");
        confirmed.ShouldBeEmpty();
        var told = await visitor.SendAsync("/profile/email/confirm", ("token", "from.the.mail"));

        asked.Html.ShouldContain("value=\"from.the.mail\"");
        confirmed.ShouldBe(["/api/profile/email/confirm {\"token\":\"from.the.mail\"}"]);
        told.Status.ShouldBe(shown);
        if (shown == HttpStatusCode.SeeOther)
        {
            (await visitor.GetAsync("/")).Html.ShouldContain("your address is confirmed");
        }
        else
        {
            told.Html.ShouldContain("not valid any more");
        }
    }

    [Theory]
    [InlineData("/cart", "/cart")]
    [InlineData("/orders?page=2", "/orders?page=2")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    public async Task Signing_in_leads_back_to_an_address_of_ours_and_nowhere_else(string wanted, string reached)
    {
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.GetAsync("/signin");

        var answer = await visitor.SendAsync("/signin", ("username", "anna"), ("password", "right"), ("return", wanted));

        answer.Status.ShouldBe(HttpStatusCode.SeeOther);
        answer.Location.ShouldBe(reached);
    }

    [Fact]
    public async Task A_wrong_password_is_told_beside_the_form_and_what_was_typed_is_kept()
    {
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("order", order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.GetAsync("/signin");

        var answer = await visitor.SendAsync("/signin", ("username", "anna"), ("password", "wrong"));

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Html.ShouldContain("The user name or the password is wrong.");
        answer.Html.ShouldContain("value=\"anna\"");
        answer.Html.ShouldNotContain("value=\"wrong\"");
    }

    [Fact]
    public async Task What_people_write_is_shown_and_not_run()
    {
        await using var menu = await Pizzeria.MenuAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();

        var page = await gateway.Client.GetStringAsync("/");

        page.ShouldContain("The &lt;i&gt;oven&lt;/i&gt; is cold");
        page.ShouldNotContain("<i>oven");
    }

    [Fact]
    public async Task Signing_out_by_a_form_ends_the_session_and_by_a_link_does_not()
    {
        await using var menu = await Pizzeria.MenuAsync();
        await using var order = await Pizzeria.OrderAsync();
        using var gateway = GatewayProcess.Before("menu", menu.Address).And("order", order.Address).Started();
        using var visitor = new PageVisitor(gateway);
        await visitor.SignInAsync("anna");
        await visitor.GetAsync("/");

        await visitor.GetAsync("/signout");
        var still = await visitor.GetAsync("/");
        await visitor.SendAsync("/signout");
        var over = await visitor.GetAsync("/");

        still.Html.ShouldContain("Sign out");
        over.Html.ShouldContain("Sign in");
    }

    [Fact]
    public async Task Where_nothing_is_people_get_a_page_and_programs_a_problem_document()
    {
        using var gateway = GatewayProcess.Before("menu", Replica.Nobody()).Started();
        using var visitor = new PageVisitor(gateway);

        var page = await visitor.GetAsync("/nowhere");
        var api = await visitor.GetAsync("/api/nowhere");
        var program = await gateway.Client.GetAsync("/nowhere");

        page.Status.ShouldBe(HttpStatusCode.NotFound);
        page.Html.ShouldContain("Nobody ordered this page");
        page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("style-src 'self'");
        api.Html.ShouldStartWith("{\"type\":\"/problems/not-found\"");
        (await program.SlugAsync()).ShouldBe("not-found");
    }

    [Fact]
    public async Task Without_the_menu_service_the_menu_is_a_friendly_503()
    {
        using var gateway = GatewayProcess.Before("menu", Replica.Nobody()).Started();
        using var visitor = new PageVisitor(gateway);

        var page = await visitor.GetAsync("/");

        page.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.Headers.RetryAfter.ShouldNotBeNull();
        page.Html.ShouldContain("The oven is out for a moment");
    }

    [GeneratedRegex(
        "<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:",
        RegexOptions.None,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Inline();

    [GeneratedRegex("/assets/[0-9a-f]{12}/[a-z0-9.]+", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Asset();
}
