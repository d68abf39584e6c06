"""What the drills share: plans and checks (pure), and thin drivers around them."""
