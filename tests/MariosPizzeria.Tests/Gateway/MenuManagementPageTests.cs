using System.Net;

namespace MariosPizzeria.Tests.Gateway;

/// <summary>The pages on which a manager changes the menu.</summary>
public sealed class MenuManagementPageTests : IAsyncLifetime
{
    private ManagementServices _services = null!;

    public async Task InitializeAsync() => _services = await ManagementServices.StartAsync();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_pizza_gets_another_price_typed_with_a_comma()
    {
        using var manager = await _services.ManagerAsync();
        var form = await manager.GetAsync("/management/pizza/margherita");

        var saved = await manager.SendAsync(
            "/management/pizza/margherita",
            ("version", form.Hidden("version")),
            ("name", "Margherita"),
            ("description", "The one."),
            ("basePrice", "13,49"),
            ("topping", "basil")
        );

        form.Html.ShouldContain("value=\"12.99\"");
        saved.Status.ShouldBe(HttpStatusCode.SeeOther);
        saved.Location.ShouldBe("/management/menu#margherita");
        _services.Bodies.ShouldContain(
            "PUT /api/menu/pizzas/margherita {\"id\":null,\"name\":\"Margherita\",\"description\":\"The one.\",\"basePrice\":13.49,\"toppings\":[\"basil\"]}"
        );
    }

    [Theory]
    [InlineData("basePrice", "cheap", "An amount from 0.01 to 999.99")]
    [InlineData("basePrice", "12.999", "An amount from 0.01 to 999.99")]
    [InlineData("name", "", "1 to 100 characters")]
    public async Task What_is_wrong_with_a_new_pizza_is_told_at_the_field_and_what_was_typed_is_kept(
        string field,
        string value,
        string told
    )
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management/pizza");

        var refused = await manager.SendAndFollowAsync(
            "/management/pizza",
            ("name", field == "name" ? value : "Diavola"),
            ("description", "Of the devil."),
            ("basePrice", field == "basePrice" ? value : "14.99"),
            ("topping", "ham")
        );

        refused.Html.ShouldContain($"id=\"wrong-{field}\">{told}");
        refused.Html.ShouldContain("Of the devil.");
        refused.Html.ShouldContain("value=\"ham\" checked");
        refused.Html.ShouldContain(value);
    }

    [Fact]
    public async Task A_pizza_is_added_sold_out_brought_back_and_removed()
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management/pizza");

        var added = await manager.SendAsync("/management/pizza", ("name", "Diavola"), ("basePrice", "14.99"));
        var soldOut = await manager.SendAsync("/management/menu?handler=soldout", ("id", "margherita"), ("reason", "No basil"));
        var back = await manager.SendAsync("/management/menu?handler=back", ("id", "pepperoni"));
        var noHam = await manager.SendAsync("/management/menu?handler=toppingsoldout", ("topping", "ham"));
        var removed = await manager.SendAsync(
            "/management/pizza/margherita?handler=remove",
            ("version", (await manager.GetAsync("/management/pizza/margherita")).Hidden("version")),
            ("name", "Margherita")
        );
        var after = await manager.GetAsync("/management/menu");

        added.Status.ShouldBe(HttpStatusCode.SeeOther);
        soldOut.Status.ShouldBe(HttpStatusCode.SeeOther);
        back.Status.ShouldBe(HttpStatusCode.SeeOther);
        noHam.Location.ShouldBe("/management/menu#toppings");
        removed.Location.ShouldBe("/management/menu");
        after.Html.ShouldContain("Margherita is off the menu.");
        _services.Bodies.ShouldContain(body => body.StartsWith("POST /api/menu/pizzas ", StringComparison.Ordinal));
        _services.Bodies.ShouldContain("PUT /api/menu/pizzas/margherita/availability {\"available\":false,\"reason\":\"No basil\"}");
        _services.Bodies.ShouldContain("PUT /api/menu/pizzas/pepperoni/availability {\"available\":true,\"reason\":null}");
        _services.Bodies.ShouldContain("PUT /api/menu/toppings/ham/availability {\"available\":false,\"reason\":null}");
        _services.Bodies.ShouldContain("DELETE /api/menu/pizzas/margherita ");
    }

    [Theory]
    [InlineData("6")]
    [InlineData("8")]
    [InlineData("")]
    [InlineData("07x")]
    public async Task A_form_of_another_version_saves_nothing_and_shows_what_is_stored_beside_what_was_typed(string version)
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management/pizza/margherita");

        var refused = await manager.SendAndFollowAsync(
            "/management/pizza/margherita",
            ("version", version),
            ("name", "Margherita"),
            ("description", "The only one."),
            ("basePrice", "9.99")
        );
        var saved = await manager.SendAsync(
            "/management/pizza/margherita",
            ("version", refused.Hidden("version")),
            ("name", "Margherita"),
            ("basePrice", "9.99")
        );

        refused.Html.ShouldContain("Somebody else has changed this pizza");
        refused.Html.ShouldContain("name=\"basePrice\" type=\"text\" value=\"9.99\"");
        refused.Html.ShouldContain("Stored now: <strong>12.99</strong>");
        refused.Html.ShouldContain("Stored now: <strong>The one.</strong>");
        refused.Html.ShouldNotContain("Stored now: <strong>Margherita</strong>");
        refused.Hidden("version").ShouldBe("7");
        saved.Location.ShouldBe("/management/menu#margherita");
        _services.Bodies.Count.ShouldBe(1, "nothing else was saved");
    }

    [Fact]
    public async Task A_form_of_another_version_removes_nothing()
    {
        using var manager = await _services.ManagerAsync();
        await manager.GetAsync("/management/pizza/margherita");

        var refused = await manager.SendAndFollowAsync(
            "/management/pizza/margherita?handler=remove",
            ("version", "6"),
            ("name", "Margherita")
        );

        refused.Html.ShouldContain("Somebody else has changed this pizza");
        refused.Html.ShouldContain("value=\"12.99\"");
        _services.Bodies.ShouldBeEmpty();
    }
}
