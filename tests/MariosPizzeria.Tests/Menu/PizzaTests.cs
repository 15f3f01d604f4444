using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Domain;

namespace MariosPizzeria.Tests.Menu;

public sealed class PizzaTests
{
    private static readonly Cause Manager = new("manager-1", new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), "correlation");
    private static readonly Recipe Funghi = new("Funghi", "Mushrooms.", new Money(13_50), ["mushrooms"]);

    [Fact]
    public void A_new_pizza_is_available_and_says_so()
    {
        var (pizza, events) = Pizza.Add("funghi", Funghi, Manager);

        pizza.Available.ShouldBeTrue();
        var changed = events.ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>();
        changed.PizzaId.ShouldBe("funghi");
        changed.Change.ShouldBe("added");
        changed.Available.ShouldBeTrue();
        changed.Actor.ShouldBe("manager-1");
        changed.OccurredAt.ShouldBe(Manager.At);
        changed.CorrelationId.ShouldBe("correlation");
    }

    [Fact]
    public void Selling_out_tells_the_reason_and_coming_back_forgets_it()
    {
        var pizza = Added();

        var soldOut = pizza.SetAvailability(available: false, "no mushrooms", Manager).OrThrow();
        var again = pizza.SetAvailability(available: false, "no mushrooms", Manager).OrThrow();
        var back = pizza.SetAvailability(available: true, "ignored", Manager).OrThrow();

        soldOut.ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>().UnavailableReason.ShouldBe("no mushrooms");
        again.ShouldBeEmpty();
        back.ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>().Available.ShouldBeTrue();
        pizza.UnavailableReason.ShouldBeNull();
        pizza.UnavailableSince.ShouldBeNull();
    }

    [Fact]
    public void The_same_recipe_again_is_no_change()
    {
        var pizza = Added();

        pizza.Change(Funghi with { Toppings = ["mushrooms"] }, Manager).OrThrow().ShouldBeEmpty();
        pizza.Change(Funghi with { BasePrice = new Money(14_00) }, Manager).OrThrow().ShouldHaveSingleItem();
        pizza.BasePrice.ShouldBe(new Money(14_00));
    }

    [Fact]
    public void A_pizza_that_was_taken_off_is_unknown_until_it_is_added_again()
    {
        var pizza = Added();
        pizza.AddAgain(Funghi, Manager).Error!.Code.ShouldBe(ErrorCodes.AlreadyExists);
        pizza.Remove(Manager).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>().Change.ShouldBe("removed");

        pizza.Remove(Manager).Error!.Code.ShouldBe(ErrorCodes.NotFound);
        pizza.Change(Funghi, Manager).Error!.Code.ShouldBe(ErrorCodes.NotFound);
        pizza.SetAvailability(available: true, reason: null, Manager).Error!.Code.ShouldBe(ErrorCodes.NotFound);

        pizza.AddAgain(Funghi, Manager).OrThrow().ShouldHaveSingleItem().ShouldBeOfType<MenuChanged>().Change.ShouldBe("added");
        pizza.Available.ShouldBeTrue();
    }

    [Theory]
    [InlineData("BBQ Chicken", "bbq-chicken")]
    [InlineData("  Mario's  No. 1! ", "marios-no-1")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE ẞ", "strasse-ss")]
    [InlineData("Crème Brûlée", "creme-brulee")]
    [InlineData("Cre\u0300me Bru\u0302le\u0301e", "creme-brulee")]
    [InlineData("Łódź & Køge", "lodz-koge")]
    [InlineData("Æbleskiver", "aebleskiver")]
    [InlineData("İstanbul ısı", "istanbul-isi")]
    [InlineData("Phở Gà", "pho-ga")]
    [InlineData("L’Étoile", "letoile")]
    [InlineData("Ω", "")]
    public void A_slug_is_made_of_the_names_letters_and_digits(string name, string slug) => Slug.Of(name).ShouldBe(slug);

    [Theory]
    [InlineData("Straße", "^strasse$")]
    [InlineData("Margherita", "^margherita$")]
    [InlineData("محمد", "^pizza-[0-9a-f]{8}$")]
    [InlineData("محمد 2", "^pizza-[0-9a-f]{8}$")]
    [InlineData("Пицца", "^pizza-[0-9a-f]{8}$")]
    [InlineData("比萨", "^pizza-[0-9a-f]{8}$")]
    [InlineData("Pizza 比萨", "^pizza-[0-9a-f]{8}$")]
    [InlineData("นะ", "^pizza-[0-9a-f]{8}$")]
    [InlineData("𝒫izza", "^pizza-[0-9a-f]{8}$")]
    [InlineData("!?", "^$")]
    public void A_name_of_any_script_has_an_id(string name, string id)
    {
        Slug.IdOf(name).ShouldMatch(id);
        Slug.IdOf($" {name.ToUpperInvariant()} ").ShouldBe(Slug.IdOf(name), "the same name is the same pizza");
        if (id != "^$")
        {
            Slug.IsSlug(Slug.IdOf(name)).ShouldBeTrue();
        }
    }

    [Fact]
    public void Two_names_of_one_script_are_two_pizzas() => Slug.IdOf("محمد").ShouldNotBe(Slug.IdOf("علي"));

    [Theory]
    [InlineData("a-b", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("a--b", false)]
    [InlineData("-a", false)]
    public void Only_a_slug_is_a_slug(string text, bool isSlug) => Slug.IsSlug(text).ShouldBe(isSlug);

    private static Pizza Added() => Pizza.Add("funghi", Funghi, Manager).Pizza;
}
